"use client";

import { QRCodeSVG } from "qrcode.react";
import { toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { FullScreen } from "./full-screen.tsx";
import { minutesText, useLeft } from "./use-left.ts";

interface CodeScreenProps {
  readonly order: CounterOrder;
  readonly shop: string;
  readonly words: CounterText;
  readonly message: string | null;
  readonly sandbox: string | null;
  readonly onRetry: () => void;
  readonly onScan: () => void;
  readonly onClose: () => void;
  readonly onLeave: () => void;
}

/** The code as large as the screen allows, with what it costs and whom one pays. */
export function CodeScreen(props: CodeScreenProps) {
  const { order, shop, words, message, sandbox, onRetry, onScan, onClose, onLeave } = props;
  const { code } = words;
  const left = useLeft(order);
  return (
    <FullScreen label={code.title} onBack={onLeave} sandbox={sandbox}>
      <div className="flex flex-1 flex-col items-center justify-between gap-3 px-4 py-4">
        <div className="text-center">
          <p className="text-lg">{fill(code.scan, { shop })}</p>
          <p className="text-5xl font-semibold tabular-nums" data-testid="due">
            {amountText(order.amountDue)}
          </p>
          {order.amountDiscount === 0 ? null : (
            <p className="mt-1 text-soft">
              {words.discount} −{amountText(order.amountDiscount)}
            </p>
          )}
        </div>
        {order.codeUrl === null ? (
          <div className="grid place-items-center gap-4 text-center" role="alert">
            <p>{message ?? code.missing}</p>
            <button type="button" onClick={onRetry} className={toneLook("primary")}>
              {words.retry}
            </button>
          </div>
        ) : (
          <div className="rounded-3xl bg-white p-2 lifted" data-testid="qr" data-code={order.codeUrl}>
            <QRCodeSVG
              value={order.codeUrl}
              title={fill(code.qr, { amount: amountText(order.amountDue) })}
              level="M"
              marginSize={4}
              fgColor="#0b1510"
              className="size-[min(90vw,52dvh)] min-[64rem]:size-[min(60vw,56dvh)]"
            />
          </div>
        )}
        <div className="text-center">
          <p role="timer" className="tabular-nums">
            {fill(code.left, { time: minutesText(left) })}
          </p>
          <p className="text-sm text-soft">{code.bright}</p>
        </div>
        <div className="grid w-full max-w-3xl grid-cols-2 gap-2 min-[64rem]:grid-cols-3">
          <button
            type="button"
            onClick={onScan}
            className={`${toneLook("primary")} col-span-2 min-h-13 min-[64rem]:col-span-1`}
          >
            {code.toScan}
          </button>
          <button type="button" onClick={onLeave} className={toneLook("plain")}>
            {code.leave}
          </button>
          <button type="button" onClick={onClose} className={toneLook("danger")}>
            {code.close}
          </button>
        </div>
      </div>
    </FullScreen>
  );
}
