"use client";

import { useEffect, useState } from "react";

type Awake = "awake" | "unsupported" | "pending";

/** Keeps the screen on while the page is seen. */
export function useAwake(): Awake {
  const [state, setState] = useState<Awake>("pending");
  useEffect(() => keepScreenOn(document, "wakeLock" in navigator ? navigator.wakeLock : null, setState), []);
  return state;
}

/** The system takes the lock away whenever the page is hidden, so it is asked for anew. @returns ends it */
export function keepScreenOn(
  page: Pick<Document, "hidden" | "addEventListener" | "removeEventListener">,
  locks: { request(kind: "screen"): Promise<Pick<WakeLockSentinel, "released" | "release">> } | null,
  setState: (state: Awake) => void,
): () => void {
  if (locks === null) {
    setState("unsupported");
    return () => {};
  }
  let lock: Pick<WakeLockSentinel, "released" | "release"> | null = null;
  let isOver = false;
  const ask = async () => {
    if (page.hidden || isOver || lock?.released === false) return;
    try {
      lock = await locks.request("screen");
      if (isOver) return void lock.release();
      setState("awake");
    } catch {
      // A low battery, or a policy: asked again when the page is seen again.
      setState("unsupported");
    }
  };
  void ask();
  page.addEventListener("visibilitychange", ask);
  return () => {
    isOver = true;
    page.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
