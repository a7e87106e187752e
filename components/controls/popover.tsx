"use client";

import type { ReactNode } from "react";
import { Question } from "./icons.tsx";
import { onDemand } from "./on-demand.tsx";
import type { PopoverProps, TooltipProps } from "./popover-popup.tsx";
import { useControlWords } from "./words.tsx";

/** What opens from a button and stays until it is left; a sheet on a phone. */
export const Popover = onDemand<PopoverProps>("dialog", () => import("./popover-popup.tsx"));

const Explanation = onDemand<TooltipProps>("dialog", async () => ({
  default: (await import("./popover-popup.tsx")).TooltipPopup,
}));

const LOOK = "relative z-1 -m-3 inline-flex size-11 cursor-help items-center justify-center align-middle text-soft";

/** A sentence that explains what it stands beside: by tap, by hover and by keyboard. */
export function Tooltip({ about, children }: { about: string; children: ReactNode }) {
  const { text } = useControlWords();
  return (
    <Explanation opener={{ look: LOOK, label: `${text.explain}${about}`, content: <Question /> }} about={about}>
      {children}
    </Explanation>
  );
}
