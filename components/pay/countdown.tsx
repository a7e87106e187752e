"use client";

import { useEffect, useState } from "react";
import type { LiveText } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";
import { remainingText } from "./moments.ts";

const DAY_MS = 86_400_000;

export interface TimeLeft {
  /** When the page was made. */
  readonly remainingMs: number;
  /** From creation to expiry: the whole ring. */
  readonly spanMs: number;
}

/**
 * Milliseconds left, counted from the moment our answer arrived: only differences of this device's clock are used, since
 * the clock itself may be wrong. The first value is the server's, so that hydration changes nothing.
 */
export function useRemaining({ remainingMs }: TimeLeft, onOver: () => void): number {
  const [left, setLeft] = useState(remainingMs);
  useEffect(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const until = Date.now() - (performance.now() - (navigation?.responseStart ?? 0)) + remainingMs;
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const now = Math.max(0, until - Date.now());
      setLeft(now);
      if (now === 0) onOver();
      else timer = setTimeout(tick, Math.min(now, (now % 1_000) + 5));
    };
    tick();
    return () => clearTimeout(timer);
  }, [remainingMs, onOver]);
  return left;
}

const remainingWords = (left: number, words: LiveText): string =>
  left >= DAY_MS ? fill(words.days, { count: Math.floor(left / DAY_MS) }) : remainingText(left);

/** A small ring that empties as the time to pay runs out, and the time itself. Read out only when asked for: a ticking clock is noise. */
export function Countdown({ left, spanMs, words }: { left: number; spanMs: number; words: LiveText }) {
  const part = Math.min(1, Math.max(0, left / Math.max(1, spanMs)));
  return (
    <span className="needs-script countdown" role="timer" aria-live="off">
      <svg viewBox="0 0 20 20" width={16} height={16} className="size-4" aria-hidden="true">
        <title>{words.remaining}</title>
        <circle cx="10" cy="10" r="8" className="fill-none stroke-line" strokeWidth="3" />
        <circle
          cx="10"
          cy="10"
          r="8"
          pathLength="1"
          transform="rotate(-90 10 10)"
          className="fill-none stroke-brand transition-[stroke-dashoffset] duration-1000 ease-linear"
          strokeWidth="3"
          strokeDasharray="1"
          strokeDashoffset={1 - part}
        />
      </svg>
      {words.remaining} {remainingWords(left, words)}
    </span>
  );
}
