"use client";

import { type Dispatch, useCallback, useEffect, useReducer, useRef } from "react";
import useSWR from "swr";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { begin, isFinal, type Progress, type ProgressEvent, progress } from "./order-progress.ts";
import { pollAfterMs, retryAfterMs } from "./poll-pace.ts";

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

/** @returns asks once, now */
function usePolling(orderId: string, { final, confirming, dispatch }: Polling): () => void {
  const since = useRef(0);
  useEffect(() => {
    since.current = performance.now();
  }, []);
  const pace = useCallback(
    () =>
      final ? 0 : pollAfterMs({ watchedMs: performance.now() - since.current, confirming, chance: Math.random() }),
    [final, confirming],
  );
  const { mutate } = useSWR<OrderStatusView>(`/api/orders/${orderId}/status`, readStatus, {
    refreshInterval: pace,
    refreshWhenHidden: false,
    // The page has just been made from the truth; the first question may wait for its turn.
    revalidateOnMount: false,
    // `useNetwork` asks on return, on every kind of it and without SWR's throttle.
    revalidateOnFocus: false,
    revalidateOnReconnect: false,
    dedupingInterval: 200,
    onSuccess: (view) => dispatch({ type: "seen", view }),
    onError: () => dispatch({ type: "unanswered" }),
    onErrorRetry: (_error, _key, _config, revalidate, { retryCount }) => {
      setTimeout(
        () => {
          if (!document.hidden) revalidate({ retryCount });
        },
        retryAfterMs(retryCount, Math.random()),
      );
    },
  });
  return useCallback(() => void mutate(), [mutate]);
}

/** `no-cache` makes the browser ask with `If-None-Match`; a 304 costs a few bytes and comes back as what we had. */
async function readStatus(address: string): Promise<OrderStatusView> {
  const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
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
