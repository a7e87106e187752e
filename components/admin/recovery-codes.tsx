"use client";

import { useActionState, useTransition } from "react";
import type { PasskeysText } from "#lib/texts/zh-CN/passkeys.ts";
import { CopyButton } from "../controls/copy-button.tsx";
import { type FormAction, FRESH } from "./action-state.ts";
import { useConfirmIdentity } from "./confirm-identity.tsx";
import { toneLook } from "./look.ts";

interface RecoveryCodesProps {
  /** Answers with the codes as `shown`. */
  readonly make: FormAction;
  readonly label: string;
  readonly working: string;
  readonly email: string;
  readonly words: PasskeysText["recovery"];
}

/** Makes recovery codes and shows them once: to print, to copy, to download. */
export function RecoveryCodes({ make, label, working, email, words }: RecoveryCodesProps) {
  const { run, question } = useConfirmIdentity();
  const [state, send] = useActionState(async () => run(() => make(FRESH, new FormData())), FRESH);
  const [isWorking, start] = useTransition();
  const codes = state.shown.map(({ value }) => value);
  const text = [`${words.file} · ${email}`, "", ...codes, ""].join("\r\n");
  return (
    <div className="flex flex-col gap-4">
      {codes.length === 0 ? null : (
        <section className="print-alone rounded-xl bg-sunken p-4" aria-label={words.codes} data-testid="recovery-codes">
          <p className="mb-3 text-sm font-medium">{state.message}</p>
          <p className="mb-3 hidden text-sm print:block">
            {words.file} · {email}
          </p>
          <ul className="grid gap-x-8 gap-y-2 font-mono text-base sm:grid-cols-2">
            {codes.map((code) => (
              <li key={code} className="select-all">
                {code}
              </li>
            ))}
          </ul>
          <div className="mt-4 flex flex-wrap gap-3 print:hidden">
            <CopyButton value={codes.join("\n")} what={words.codes} />
            <a
              href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
              download={`${words.file}.txt`}
              className={toneLook("plain")}
            >
              {words.download}
            </a>
            <button type="button" className={toneLook("plain")} onClick={() => window.print()}>
              {words.print}
            </button>
          </div>
        </section>
      )}
      <p role="alert" className="rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn-ink empty:hidden">
        {state.kind === "failed" || state.kind === "confirm" ? state.message : ""}
      </p>
      {codes.length > 0 ? null : (
        <button
          type="button"
          aria-disabled={isWorking}
          className={`${toneLook("primary")} needs-script self-start max-sm:w-full ${isWorking ? "opacity-60" : ""}`}
          onClick={() => {
            if (!isWorking) start(() => send());
          }}
        >
          {isWorking ? working : label}
        </button>
      )}
      {question}
    </div>
  );
}
