/** What became of a form that was sent. */
export interface ActionState {
  readonly kind: "fresh" | "done" | "failed";
  readonly message: string;
  /** What is shown this once: a key, a first password. */
  readonly shown: readonly { readonly label: string; readonly value: string }[];
  /** What was wrong with what was sent, field by field. */
  readonly reasons?: readonly ShownReason[];
}

export interface ShownReason {
  readonly field: string;
  readonly text: string;
}

export const FRESH: ActionState = { kind: "fresh", message: "", shown: [] };

/** A server's answer to a form, in the shape React wants. */
export type FormAction = (before: ActionState, form: FormData) => Promise<ActionState>;
