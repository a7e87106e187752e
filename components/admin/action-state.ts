/** The result of a submitted form. */
export interface ActionState {
  readonly kind: "fresh" | "done" | "failed";
  readonly message: string;
  /** Shown once only: a new key, a first password. */
  readonly shown: readonly { readonly label: string; readonly value: string }[];
  /** Errors by field. */
  readonly reasons?: readonly ShownReason[];
}

export interface ShownReason {
  readonly field: string;
  readonly text: string;
}

export const FRESH: ActionState = { kind: "fresh", message: "", shown: [] };

/** A server action in the shape of React's `useActionState`. */
export type FormAction = (before: ActionState, form: FormData) => Promise<ActionState>;
