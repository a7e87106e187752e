"use client";

import { type Dispatch, useCallback, useEffect, useReducer, useRef } from "react";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { begin, isFinal, type Progress, type ProgressEvent, progress } from "./order-progress.ts";
import { pollAfterMs, retryAfterMs } from "./poll-pace.ts";
import { startAsking } from "./start-asking.ts";
import { startPolling } from "./start-polling.ts";
import { followStream } from "./status-stream.ts";

/** Keeps the order's status true on screen: polling is the promise, server-sent events only make it sooner. */
export function useOrderStatus(
  initial: OrderStatusView,
  returned: boolean,
): {
  state: Progress;
  dispatch: Dispatch<ProgressEvent>;
  /** The shopper may have paid: asks WeChat now, and again until it knows. */
  confirm: () => void;
} {
  const [state, dispatch] = useReducer(progress, initial, (view) => begin(view, returned));
  const final = isFinal(state.view);
  const ask = usePolling(initial.id, { final, confirming: state.claim === "asking", dispatch });
  useStream(initial.id, final, dispatch);
  useNetwork(ask, dispatch);
  const confirm = useConfirm(initial.id, { active: state.returned && !final, dispatch });
  return { state, dispatch, confirm };
}

interface Polling {
  readonly final: boolean;
  readonly confirming: boolean;
  readonly dispatch: Dispatch<ProgressEvent>;
}

/** Stale while it asks again: what is on screen stays until an answer is there. @returns asks once, now */
function usePolling(orderId: string, { final, confirming, dispatch }: Polling): () => void {
  const since = useRef(0);
  const syncOrder = useRef(() => {});
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
    syncOrder.current = poll.syncOrder;
    return poll.stop;
  }, [orderId, final, confirming, dispatch]);
  return useCallback(() => syncOrder.current(), []);
}

function useStream(orderId: string, final: boolean, dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    if (final) return;
    return followStream(`/api/orders/${orderId}/events`, (view) => dispatch({ type: "seen", view }));
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

interface Confirming {
  /** The shopper comes from WeChat's cashier and the order is still pending. */
  readonly active: boolean;
  readonly dispatch: Dispatch<ProgressEvent>;
}

function useConfirm(orderId: string, { active, dispatch }: Confirming): () => void {
  const syncOrder = useRef(() => {});
  useEffect(() => {
    if (!active) return;
    const asking = startAsking(`/api/orders/${orderId}/check`, dispatch);
    syncOrder.current = asking.syncOrder;
    return () => {
      syncOrder.current = () => {};
      asking.stop();
    };
  }, [orderId, active, dispatch]);
  return useCallback(() => {
    // The first time this begins the asking; a later touch of "I have paid" asks anew.
    dispatch({ type: "returned" });
    syncOrder.current();
  }, [dispatch]);
}
