import type { ReactNode } from "react";
import { type Tone, toneLook } from "./look.ts";

interface ConfirmProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly tone?: Tone;
  readonly children: ReactNode;
}

/** Irreversible actions need a second click: the confirm button appears below the first. Works without scripts. */
export function Confirm({ label, hint, tone = "plain", children }: ConfirmProps) {
  return (
    <details className="group w-full">
      <summary className={`${toneLook(tone)} list-none max-sm:w-full`}>
        <span>{label}</span>
        <span aria-hidden="true" className="transition-transform group-open:rotate-90">
          ›
        </span>
      </summary>
      <div className="mt-3 rounded-xl bg-sunken p-4">
        {hint === undefined ? null : <p className="mb-3 text-sm">{hint}</p>}
        {children}
      </div>
    </details>
  );
}
