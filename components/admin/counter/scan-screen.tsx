"use client";

import { type FormEvent, useState } from "react";
import { INPUT, toneLook } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { isPaymentCode } from "#lib/base/payment-code.ts";
import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { FullScreen } from "./full-screen.tsx";
import { Viewfinder } from "./viewfinder.tsx";

interface ScanScreenProps {
  readonly order: CounterOrder;
  readonly words: CounterText;
  readonly message: string | null;
  readonly sandbox: string | null;
  readonly onCode: (authCode: string) => void;
  readonly onShowCode: () => void;
  readonly onLeave: () => void;
}

/** Takes the shopper's payment code: by camera, by scanner gun (which types wherever it is), or typed. */
export function ScanScreen({ order, words, message, sandbox, onCode, onShowCode, onLeave }: ScanScreenProps) {
  const { scan } = words;
  const [typed, setTyped] = useState("");
  const [isBad, setBad] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = typed.replace(/\s/g, "");
    if (isPaymentCode(code)) onCode(code);
    else setBad(true);
  };
  return (
    <FullScreen label={scan.title} onBack={onLeave} sandbox={sandbox}>
      <div className="mx-auto flex w-full max-w-xl flex-1 flex-col gap-4 px-4 py-4">
        <div className="flex items-baseline justify-between gap-4">
          <h2 className="text-lg font-semibold">{scan.title}</h2>
          <p className="shrink-0 text-3xl font-semibold tabular-nums" data-testid="due">
            {amountText(order.amountDue)}
          </p>
        </div>
        {message === null ? null : (
          <p role="alert" className="rounded-xl bg-warn-soft px-4 py-3 text-warn-ink" data-testid="declined">
            {message}
          </p>
        )}
        <Viewfinder words={words} onText={(text) => isPaymentCode(text) && onCode(text)} />
        <form onSubmit={submit} className="flex flex-col gap-2">
          <label htmlFor="auth-code" className="text-sm font-medium">
            {scan.type}
          </label>
          <div className="flex gap-2">
            <input
              id="auth-code"
              className={`${INPUT} text-lg tracking-wider tabular-nums`}
              inputMode="numeric"
              autoComplete="off"
              maxLength={64}
              value={typed}
              aria-describedby="auth-code-hint"
              aria-invalid={isBad}
              onChange={({ target }) => {
                setTyped(target.value);
                setBad(false);
              }}
            />
            <button type="submit" className={`${toneLook("primary")} shrink-0`}>
              {scan.submit}
            </button>
          </div>
          <p
            id="auth-code-hint"
            className={`text-sm ${isBad ? "text-bad-ink" : "text-soft"}`}
            role={isBad ? "alert" : undefined}
          >
            {isBad ? scan.bad : scan.typeHint}
          </p>
        </form>
        <div className="mt-auto grid grid-cols-2 gap-2">
          <button type="button" onClick={onShowCode} className={toneLook("plain")}>
            {scan.toCode}
          </button>
          <button type="button" onClick={onLeave} className={toneLook("plain")}>
            {words.code.leave}
          </button>
        </div>
      </div>
    </FullScreen>
  );
}
