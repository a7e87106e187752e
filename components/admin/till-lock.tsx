"use client";

import { useEffect } from "react";

interface TillLockProps {
  readonly idleMs: number;
  /** Keeps the session alive after the cashier did something. @returns false when it has ended */
  readonly keepAwake: () => Promise<boolean>;
  readonly lockedHref: string;
}

const LOOK_EVERY_MS = 5_000;
/** Signs of a person reach the server at most this often. */
const TELL_EVERY_MS = 30_000;

/** Leaves the page when nobody touched it for a while, also after the device slept. The server has locked by itself. */
export function TillLock({ idleMs, keepAwake, lockedHref }: TillLockProps) {
  useEffect(() => {
    let touchedAt = Date.now();
    let toldAt = 0;
    const lock = () => window.location.assign(lockedHref);
    const look = () => {
      if (Date.now() - touchedAt >= idleMs) lock();
    };
    const touched = () => {
      look();
      touchedAt = Date.now();
      if (touchedAt - toldAt < TELL_EVERY_MS) return;
      toldAt = touchedAt;
      // Offline: the next sign of a person tells it.
      void keepAwake().then(
        (isAwake) => (isAwake ? undefined : lock()),
        () => undefined,
      );
    };
    const timer = window.setInterval(look, LOOK_EVERY_MS);
    const signs = ["pointerdown", "keydown"] as const;
    for (const sign of signs) window.addEventListener(sign, touched, { capture: true, passive: true });
    document.addEventListener("visibilitychange", look);
    return () => {
      window.clearInterval(timer);
      for (const sign of signs) window.removeEventListener(sign, touched, { capture: true });
      document.removeEventListener("visibilitychange", look);
    };
  }, [idleMs, keepAwake, lockedHref]);
  return null;
}
