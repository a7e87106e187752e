"use client";

import { useEffect, useRef, useState } from "react";
import { toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { afterTry, beginUndo, type UndoAnswer, type UndoAttempt } from "./undo-attempt.ts";
import { newToken } from "./use-sale.ts";

interface UndoButtonProps {
  readonly orderId: string;
  /** What can still be given back. */
  readonly amount: number;
  readonly words: CounterText;
  /** Fen of one order that may be given back; 0: nothing. */
  readonly limitFen: number;
  readonly onUndo: (orderId: string, token: string) => Promise<UndoAnswer>;
  readonly className: string;
}

/** Gives a payment back, after a second look. The same question answered twice is one refund. */
export function UndoButton({ orderId, amount, words: { paid, back }, limitFen, onUndo, className }: UndoButtonProps) {
  const [attempt, setAttempt] = useState<UndoAttempt | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [answer, setAnswer] = useState<string | null>(null);
  const [isWorking, setWorking] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const shown = dialog.current;
    if (typeof shown?.showModal === "function") shown.showModal();
    else shown?.setAttribute("open", "");
  }, [isOpen]);
  const begin = () => {
    if (limitFen === 0) setAnswer(paid.undoDenied);
    else if (amount > limitFen) setAnswer(paid.undoLimit);
    else {
      setAttempt((open) => beginUndo(open, newToken));
      setOpen(true);
    }
  };
  const undo = async () => {
    if (attempt === null || isWorking) return;
    setWorking(true);
    // Closed first: it would cover the question for the second factor.
    dialog.current?.close?.();
    setOpen(false);
    const said = await onUndo(orderId, attempt.token);
    setWorking(false);
    setAttempt(afterTry(attempt, said));
    if (said.isAnswered) setAnswer(said.message);
    else setOpen(true);
  };
  if (answer !== null) {
    return (
      <p role="status" className="self-center text-center text-sm" data-testid="undone">
        {answer}
      </p>
    );
  }
  return (
    <>
      <button type="button" className={className} aria-disabled={isWorking} onClick={isWorking ? undefined : begin}>
        {isWorking ? `${paid.undo}…` : paid.undo}
      </button>
      {!isOpen ? null : (
        <dialog
          ref={dialog}
          aria-label={paid.undoTitle}
          onClose={() => !isWorking && setOpen(false)}
          className="m-auto w-[min(92vw,24rem)] rounded-card bg-surface p-5 text-left text-ink backdrop:bg-black/50"
        >
          <p className="text-lg font-semibold">{paid.undoTitle}</p>
          <p className="mt-2 text-soft">{fill(paid.undoHint, { amount: amountText(amount) })}</p>
          {attempt?.trouble == null ? null : (
            <p role="alert" className="mt-3 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn-ink">
              {attempt.trouble}
            </p>
          )}
          <div className="mt-4 flex flex-col gap-2">
            <button type="button" onClick={undo} aria-disabled={isWorking} className={toneLook("danger")}>
              {fill(paid.undoConfirm, { amount: amountText(amount) })}
            </button>
            <button type="button" onClick={() => dialog.current?.close?.()} className={toneLook("plain")}>
              {back}
            </button>
          </div>
        </dialog>
      )}
    </>
  );
}
