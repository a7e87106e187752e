// One question about giving a payment back, from the first touch to its answer. Whatever was lost on the way, asking again is the same
// question: its token makes the second refund the first one.

export interface UndoAttempt {
  readonly token: string;
  /** Said in the dialog: the last try had no answer, so it may or may not have been done. */
  readonly trouble: string | null;
}

/** What a try came to. */
export interface UndoAnswer {
  readonly message: string;
  /** The server has answered; without an answer nobody knows. */
  readonly isAnswered: boolean;
}

/** Opened again after a try without an answer it is still the same question. */
export const beginUndo = (open: UndoAttempt | null, makeToken: () => string): UndoAttempt =>
  open ?? { token: makeToken(), trouble: null };

/** The question stays open, with its token, until the server has answered it. */
export const afterTry = (open: UndoAttempt, { message, isAnswered }: UndoAnswer): UndoAttempt | null =>
  isAnswered ? null : { ...open, trouble: message };
