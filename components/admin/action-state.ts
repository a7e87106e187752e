/** The result of a submitted form. */
export interface ActionState {
  /** `confirm`: nothing was done yet, since the person has to show the second factor again. */
  readonly kind: "fresh" | "done" | "failed" | "confirm";
  readonly message: string;
  /** Shown once only: a new key, a first password. */
  readonly shown: readonly ShownOnce[];
  /** Errors by field. */
  readonly reasons?: readonly ShownReason[];
  /** For a script that asked, as JSON. */
  readonly data?: string;
  /** Of `confirm`. */
  readonly confirmBy?: ConfirmBy;
}

/** What a person is asked for: a code or a passkey, or the password where there is no second factor. */
export type ConfirmBy = "code" | "passkey" | "password";

interface ShownOnce {
  readonly label: string;
  readonly value: string;
  /** A link that a phone may open: what the QR code of it is for. */
  readonly qr?: string;
}

export interface ShownReason {
  readonly field: string;
  readonly text: string;
}

export const FRESH: ActionState = { kind: "fresh", message: "", shown: [] };

/** A server action in the shape of React's `useActionState`. */
export type FormAction = (before: ActionState, form: FormData) => Promise<ActionState>;
