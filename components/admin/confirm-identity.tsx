"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import type { ConfirmationText } from "#lib/texts/zh-CN/confirmation.ts";
import type { ActionState, ConfirmBy, FormAction } from "./action-state.ts";
import type ConfirmIdentityPopup from "./confirm-identity-popup.tsx";
import type { PasskeyQuestion } from "./confirm-identity-popup.tsx";

interface IdentityQuestion {
  readonly words: ConfirmationText;
  /** Takes `secret`. */
  readonly confirm: FormAction;
  readonly passkey: PasskeyQuestion | null;
  /** Answers whether the question would come up now. */
  readonly ask: () => Promise<ActionState>;
}

const ConfirmingContext = createContext<IdentityQuestion | null>(null);

/** Stands around the dashboard: gives the question its words and the server's side. */
export function ConfirmIdentityProvider({ children, ...confirming }: IdentityQuestion & { children: ReactNode }) {
  return <ConfirmingContext value={confirming}>{children}</ConfirmingContext>;
}

interface Asked {
  readonly by: ConfirmBy;
  readonly answer: (isConfirmed: boolean) => void;
  readonly Popup: typeof ConfirmIdentityPopup;
}

/**
 * Runs an action; where the server wants the second factor first, asks for it in a dialog and runs the same action again.
 * `question` belongs into the page, outside of the form: a form may not hold another.
 */
export function useConfirmIdentity() {
  const confirming = useContext(ConfirmingContext);
  const [asked, setAsked] = useState<Asked>();
  const ask = async (by: ConfirmBy): Promise<boolean> => {
    // The dialog is loaded when it is wanted.
    const loaded = await import("./confirm-identity-popup.tsx").catch(() => null);
    if (loaded === null) return false;
    return new Promise<boolean>((resolve) => {
      const answer = (isConfirmed: boolean) => {
        setAsked(undefined);
        resolve(isConfirmed);
      };
      setAsked({ by, answer, Popup: loaded.default });
    });
  };
  const run = async <Result extends ActionState | undefined>(work: () => Promise<Result>): Promise<Result> => {
    const result = await work();
    if (result?.kind !== "confirm" || confirming === null) return result;
    return (await ask(result.confirmBy ?? "password")) ? work() : result;
  };
  const question =
    asked === undefined || confirming === null ? null : (
      <asked.Popup
        by={asked.by}
        words={confirming.words}
        confirm={confirming.confirm}
        passkey={confirming.passkey}
        onAnswer={asked.answer}
      />
    );
  return { run, question, ask: confirming?.ask };
}
