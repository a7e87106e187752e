import type { ReactNode } from "react";

interface StageCardProps {
  /** Merchant and amount: they never move. */
  readonly heading: ReactNode;
  /** A code or a guide stands here, now or before the order ended: its room is kept, so that nothing below jumps. */
  readonly isTall: boolean;
  /** What one pays with, or how it ended; null where a button of the dock is all there is. */
  readonly middle: ReactNode | null;
  /** What to do, what went wrong, and how long there is. */
  readonly children?: ReactNode;
}

/** The card that one looks at: to whom, how much, and what to pay with. */
export const StageCard = ({ heading, isTall, middle, children }: StageCardProps) => (
  <section className="pay-stage @container flex flex-col items-center rounded-card bg-surface px-5 pt-6 pb-5 lifted">
    {heading}
    <div className={`mt-4 flex w-full flex-1 flex-col justify-center ${isTall ? "min-h-90" : "min-h-40"}`}>
      {middle !== null && <div className="flex flex-1 items-center justify-center">{middle}</div>}
      {children}
    </div>
  </section>
);

/** One sentence under what one looks at; what the shopper has to know takes the place of what to do. */
export const Whisper = ({ tone, children }: { tone?: "trouble"; children: ReactNode }) => (
  <p
    className={`mt-3 text-center text-sm leading-snug ${tone === "trouble" ? "font-medium text-warn-ink" : "text-soft"}`}
    aria-hidden={tone === "trouble"}
    data-testid="whisper"
  >
    {children}
  </p>
);

/** How long there is, and until when. */
export const TimeLine = ({ countdown, until }: { countdown: ReactNode; until: string }) => (
  <p className="mt-2 flex flex-wrap items-center justify-center gap-x-2 text-center text-xs text-soft figures">
    {countdown}
    <span>{until}</span>
  </p>
);

/** The action within the thumb's reach. */
export const Dock = ({ sticks = false, children }: { sticks?: boolean; children: ReactNode }) => (
  <div
    className="pay-dock safe-bottom flex flex-col items-center gap-1 px-4 pt-3"
    data-sticks={sticks ? "" : undefined}
  >
    {children}
  </div>
);
