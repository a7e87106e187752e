"use client";

import { toneLook } from "./look.ts";

/** Opens the browser's print dialog; without scripts its own menu does. */
export function PrintButton({ label }: { label: string }) {
  return (
    <button type="button" onClick={() => window.print()} className={`${toneLook("primary")} needs-script print:hidden`}>
      {label}
    </button>
  );
}
