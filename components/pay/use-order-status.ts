"use client";

import { type Dispatch, useCallback, useEffect, useReducer, useRef } from "react";
import useSWR from "swr";
import { followStream } from "#components/ui/event-stream.ts";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { begin, isFinal, type Progress, type ProgressEvent, progress } from "./order-progress.ts";
import { pollAfterMs } from "./poll-pace.ts";
import { fetchStatus } from "./read-status.ts";
import { startAsking } from "./start-asking.ts";

const askStatus = newestOnly(fetchStatus);

/**
 * Keeps the order's status true on screen. SWR's polling is the promise; server-sent events and the other questions feed
 * its cache, which only makes it sooner.
 */
export function useOrderStatus(
  initial: OrderStatusView,
  returned: boolean,
): {
  state: Progress;
  dispatch: Dispatch<ProgressEvent>;
  /** A status that was learnt in another way. */
  see: (view: OrderStatusView) => void;
  /** The shopper may have paid: asks WeChat now, and again until it knows. */
  confirm: () => void;
} {
  const [state, dispatch] = useReducer(progress, initial, (view) => begin(view, returned));
  const final = isFinal(state.view);
  const confirming = state.claim === "asking";
  // One function as long as the pace is one: SWR begins to wait anew with each new one, and the page is drawn each second.
  const refreshInterval = useCallback(
    () => (final ? 0 : pollAfterMs({ watchedMs: performance.now(), confirming, chance: Math.random() })),
    [final, confirming],
  );
  const {
    data = initial,
    error,
    mutate,
  } = useSWR(`/api/orders/${initial.id}/status`, askStatus, { ...LIVE, fallbackData: initial, refreshInterval });
  // Each failure is an error of its own, and each answer ends it.
  useEffect(() => dispatch(error === undefined ? { type: "seen", view: data } : { type: "unanswered" }), [data, error]);
  const see = useCallback((view: OrderStatusView) => void mutate(view, { revalidate: false }), [mutate]);
  useStream(initial.id, final, see);
  useNetwork(dispatch);
  const confirm = useConfirm(initial.id, { active: state.returned && !final, dispatch, see });
  return { state, dispatch, see, confirm };
}

function useStream(orderId: string, final: boolean, see: (view: OrderStatusView) => void): void {
  useEffect(() => {
    if (final) return;
    const address = `/api/orders/${orderId}/events`;
    return followStream({ address, event: "status", onData: (data) => see(JSON.parse(data) as OrderStatusView) });
  }, [orderId, final, see]);
}

/** The words for being off line; asking anew when back is the live data's own. */
function useNetwork(dispatch: Dispatch<ProgressEvent>): void {
  useEffect(() => {
    const tell = ({ type }: Event) => dispatch({ type: "network", offline: type === "offline" });
    if (!navigator.onLine) dispatch({ type: "network", offline: true });
    window.addEventListener("online", tell);
    window.addEventListener("offline", tell);
    return () => {
      window.removeEventListener("online", tell);
      window.removeEventListener("offline", tell);
    };
  }, [dispatch]);
}

interface Confirming {
  /** The shopper comes from WeChat's cashier and the order is still pending. */
  readonly active: boolean;
  readonly dispatch: Dispatch<ProgressEvent>;
  readonly see: (view: OrderStatusView) => void;
}

function useConfirm(orderId: string, { active, dispatch, see }: Confirming): () => void {
  const syncOrder = useRef(() => {});
  useEffect(() => {
    if (!active) return;
    const asking = startAsking(`/api/orders/${orderId}/check`, (event) =>
      event.type === "seen" ? see(event.view) : dispatch(event),
    );
    syncOrder.current = asking.syncOrder;
    return () => {
      syncOrder.current = () => {};
      asking.stop();
    };
  }, [orderId, active, dispatch, see]);
  return useCallback(() => {
    // The first time this begins the asking; a later touch of "I have paid" asks anew.
    dispatch({ type: "returned" });
    syncOrder.current();
  }, [dispatch]);
}
