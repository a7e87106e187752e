"use client";

import { useEffect, useRef, useState } from "react";
import { chime } from "#components/admin/voice/speaker.ts";
import { voiceNow } from "#components/admin/voice/voice-settings.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { FullScreen } from "./full-screen.tsx";
import type { UndoAnswer } from "./undo-attempt.ts";
import { UndoButton } from "./undo-button.tsx";

interface PaidScreenProps {
  readonly order: CounterOrder;
  readonly words: CounterText;
  readonly sandbox: string | null;
  /** A cashier has no page of the order to go to. */
  readonly hasOrderPages: boolean;
  readonly refundLimitFen: number;
  readonly onUndo: (orderId: string, token: string) => Promise<UndoAnswer>;
  /** Where the till has a printer. @returns what to tell */
  readonly onPrint?: ((orderId: string) => Promise<string>) | undefined;
  readonly onNext: () => void;
}

/** Green from edge to edge: who looks up from the goods knows without reading. */
export function PaidScreen(props: PaidScreenProps) {
  const { order, words, sandbox, hasOrderPages, refundLimitFen, onUndo, onPrint, onNext } = props;
  const { paid } = words;
  const next = useRef<HTMLButtonElement>(null);
  const [printTold, setPrintTold] = useState("");
  useEffect(() => {
    // One key, or one touch, and the next shopper can pay.
    next.current?.focus();
    if (voiceNow().on) void chime(voiceNow().volume);
  }, []);
  return (
    <FullScreen label={paid.title} tone="paid" onBack={onNext} sandbox={sandbox}>
      <div className="flex flex-1 flex-col items-center justify-between gap-6 px-4 py-8 text-center" data-testid="paid">
        <div />
        <div role="status" aria-live="assertive">
          <svg viewBox="0 0 96 96" className="mx-auto size-28" aria-hidden="true">
            <circle cx="48" cy="48" r="46" fill="white" />
            <path d="m28 49 14 14 27-29" fill="none" stroke="#06833f" strokeWidth="8" strokeLinecap="round" />
          </svg>
          <p className="mt-4 text-3xl font-semibold">{paid.title}</p>
          <p className="mt-2 text-6xl font-semibold tabular-nums" data-testid="paid-amount">
            {amountText(order.amountPaid)}
          </p>
          <p className="mt-3 break-words text-white">{order.description}</p>
        </div>
        <div className="flex w-full max-w-xl flex-col gap-3">
          <button
            type="button"
            onClick={onNext}
            ref={next}
            className="min-h-14 cursor-pointer rounded-2xl bg-white px-5 text-xl font-semibold text-[#04703a] focus-visible:outline-white"
          >
            {words.done}
          </button>
          <div className="grid auto-cols-fr grid-flow-col gap-3">
            {hasOrderPages ? (
              <a
                href={`/admin/orders/${order.id}`}
                className="flex min-h-12 items-center justify-center rounded-2xl border border-white/60 px-4"
              >
                {paid.story}
              </a>
            ) : null}
            {onPrint === undefined ? null : (
              <PrintButton label={paid.print} onPrint={() => onPrint(order.id)} onTold={setPrintTold} />
            )}
            <UndoButton
              key={order.id}
              orderId={order.id}
              amount={order.amountPaid}
              words={words}
              limitFen={refundLimitFen}
              onUndo={onUndo}
              className="min-h-12 cursor-pointer rounded-2xl border border-white/60 px-4"
            />
          </div>
          {onPrint === undefined ? null : (
            <p role="status" className="min-h-12 text-white" data-testid="print-told">
              {printTold}
            </p>
          )}
        </div>
      </div>
    </FullScreen>
  );
}

interface PrintButtonProps {
  readonly label: string;
  readonly onPrint: () => Promise<string>;
  readonly onTold: (message: string) => void;
}

function PrintButton({ label, onPrint, onTold }: PrintButtonProps) {
  return (
    <button
      type="button"
      onClick={() => void onPrint().then(onTold)}
      className="min-h-12 cursor-pointer rounded-2xl border border-white/60 px-4"
    >
      {label}
    </button>
  );
}
