"use client";

import { useEffect, useState } from "react";

/** Keeps the screen on while the page is seen; the system takes that away whenever the page is hidden, so it is asked anew. */
export function useAwake(): "awake" | "unsupported" | "pending" {
  const [state, setState] = useState<"awake" | "unsupported" | "pending">("pending");
  useEffect(() => {
    if (!("wakeLock" in navigator)) {
      setState("unsupported");
      return;
    }
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const ask = async () => {
      if (document.hidden || isOver || lock?.released === false) return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (isOver) return void lock.release();
        setState("awake");
      } catch {
        // A low battery, or a policy: asked again when the page is seen again.
        setState("unsupported");
      }
    };
    void ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
  return state;
}
