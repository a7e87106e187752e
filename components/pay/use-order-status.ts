"use client";

import { type Dispatch, useCallback, useEffect, useReducer, useRef } from "react";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { begin, isFinal, type Progress, type ProgressEvent, progress } from "./order-progress.ts";
import { pollAfterMs, retryAfterMs } from "./poll-pace.ts";
import { startPolling } from "./start-polling.ts";

const ANSWER_WITHIN_MS = 8_000;
const REOPEN_STREAM_MS = 10_000;
/** How often WeChat is asked after "I have paid", and how long apart, before we say that nothing came. */
const ASKS_MAX = 3;
const BETWEEN_ASKS_MS = 2_500;

/** Keeps the order's status true on screen: polling is the promise, server-sent events only make it sooner. */
export function useOrderStatus(initial: OrderStatusView): {
  state: Progress;
  dispatch: Dispatch<ProgressEvent>;
  /** Asks WeChat now whether the shopper has paid. */
  confirm: () => Promise<void>;
} {
  const [state, dispatch] = useReducer(progress, initial, begin);
  const final = isFinal(state.view);
  const ask = usePolling(initial.id, { final, confirming: state.claim === "asking", dispatch });
  useStream(initial.id, final, dispatch);
  useNetwork(ask, dispatch);
  return { state, dispatch, confirm: useConfirm(initial.id, dispatch) };
}

interface Polling {
  readonly final: boolean;
  readonly confirming: boolean;
  readonly dispatch: Dispatch<ProgressEvent>;
}

/** Stale while it asks again: what is on screen stays until an answer is there. @returns asks once, now */
function usePolling(orderId: string, { final, confirming, dispatch }: Polling): () => void {
  const since = useRef(0);
  const askNow = useRef(() => {});
  useEffect(() => {
    since.current ||= performance.now();
    const poll = startPolling(`/api/orders/${orderId}/status`, {
      pause: (failures) => {
        if (failures > 0) return retryAfterMs(failures, Math.random());
        if (final) return null;
        return pollAfterMs({ watchedMs: performance.now() - since.current, confirming, chance: Math.random() });
      },
      onAnswer: (view) => dispatch({ type: "seen", view }),
      onSilence: () => dispatch({ type: "unanswered" }),
    });
    askNow.current = poll.askNow;
    return poll.stop;
  }, [orderId, final, confirming, dispatch]);
  return useCallback(() => askNow.current(), []);
}

function useStream(orderId: string, final: boolean, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    if (final || typeof EventSource === "undefined") return;
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/api/orders/${orderId}/events`);
      source.addEventListener("status", ({ data }: MessageEvent<string>) => {
        dispatch({ type: "seen", view: JSON.parse(data) });
      });
      source.onerror = () => {
        // A broken line is mended by the browser; a refusal (too many streams) is not, so we knock again later.
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_STREAM_MS);
      };
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [orderId, final, dispatch]);
}

/** Whoever comes back to the page, in whatever way, sees the truth first. */
function useNetwork(ask: () => void, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    const askWhenSeen = () => {
      if (!document.hidden) ask();
    };
    const onOnline = () => {
      dispatch({ type: "network", offline: false });
      ask();
    };
    const onOffline = () => dispatch({ type: "network", offline: true });
    if (!navigator.onLine) onOffline();
    document.addEventListener("visibilitychange", askWhenSeen);
    window.addEventListener("pageshow", askWhenSeen);
    window.addEventListener("online", onOnline);
    window.addEventListener("offline", onOffline);
    return () => {
      document.removeEventListener("visibilitychange", askWhenSeen);
      window.removeEventListener("pageshow", askWhenSeen);
      window.removeEventListener("online", onOnline);
      window.removeEventListener("offline", onOffline);
    };
  }, [ask, dispatch]);
}

function useConfirm(orderId: string, dispatch: Dispatch<ProgressEvent>): () => Promise<void> {
  const asking = useRef(false);
  return useCallback(async () => {
    if (asking.current) return;
    asking.current = true;
    dispatch({ type: "claim", claim: "asking" });
    try {
      dispatch({ type: "claim", claim: await askWechat(orderId, dispatch) });
    } finally {
      asking.current = false;
    }
  }, [orderId, dispatch]);
}

async function askWechat(
  orderId: string,
  dispatch: Dispatch<ProgressEvent>,
): Promise<"none" | "not_yet" | "ask_failed"> {
  let answered = false;
  for (let round = 1; round <= ASKS_MAX; round++) {
    try {
      const answer = await fetch(`/api/orders/${orderId}/check`, {
        method: "POST",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (answer.ok) {
        const view: OrderStatusView = await answer.json();
        answered = true;
        dispatch({ type: "seen", view });
        if (isFinal(view)) return "none";
      }
    } catch {
      // Silence is not a no: the next round asks again, and polling goes on besides.
    }
    if (round < ASKS_MAX) await new Promise((resolve) => setTimeout(resolve, BETWEEN_ASKS_MS));
  }
  return answered ? "not_yet" : "ask_failed";
}
