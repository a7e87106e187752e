/**
 * The three answers of a call to the outside. `unknown` is never `refused`: whoever receives it asks again,
 * under the same number, until one of the other two is certain.
 */
export type Outcome<Value, Reason extends string> =
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail?: string }
  | { readonly kind: "unknown"; readonly cause: string };

export const done = <Value>(value: Value): Outcome<Value, never> => ({ kind: "done", value });

/** @param detail the other side's own words, for people; never parsed. */
export const refused = <Reason extends string>(reason: Reason, detail?: string): Outcome<never, Reason> =>
  detail === undefined ? { kind: "refused", reason } : { kind: "refused", reason, detail };

/** @param cause one line for the log: what was seen instead of an answer. Must not carry secrets. */
export const unknown = (cause: string): Outcome<never, never> => ({ kind: "unknown", cause });
