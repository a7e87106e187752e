"use client";

import { useEffect, useState } from "react";

/**
 * Milliseconds left, counted from when the server's answer came. Only differences of this device's clock are used: the clock
 * itself may be wrong.
 */
export function useLeft(from: { readonly leftMs: number }): number {
  const [left, setLeft] = useState(from.leftMs);
  useEffect(() => {
    const until = Date.now() + from.leftMs;
    const tick = () => setLeft(Math.max(0, until - Date.now()));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [from]);
  return left;
}

/** `29:59` */
export function minutesText(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
