import type { ReactNode } from "react";
import { Dialog } from "../controls/dialog.tsx";
import { type Tone, toneLook } from "./look.ts";

interface ConfirmProps {
  readonly label: string;
  /** What follows from a yes, and what of it can be taken back. */
  readonly hint: string;
  readonly tone?: Tone;
  readonly children: ReactNode;
}

/** What cannot be taken back asks once more: it says what follows, and its form is the yes. */
export function Confirm({ label, hint, tone = "plain", children }: ConfirmProps) {
  return (
    <Dialog question opener={{ label, look: `${toneLook(tone)} max-sm:w-full` }} title={label} hint={hint}>
      {children}
    </Dialog>
  );
}
