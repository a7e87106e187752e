"use client";

import { useEffect, useRef } from "react";
import { abortAfter } from "#components/ui/live-data.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { readStatus } from "./read-status.ts";
import { useRedraw } from "./use-redraw.ts";

/** What the page shows to pay with: the code, or the parameters of WeChat's cashier. */
export interface ShownHandover {
  readonly channel: "native" | "jsapi";
  /** Its name in the order's status; null while WeChat Pay has not answered yet. */
  readonly handover: string | null;
}

/** Nothing is open for a moment while one trade is closed for the next; after that it is open to us. */
const SETTLED_AFTER_MS = 3_000;
/** Two pages that take the payment from each other would never end; a person decides then. */
const REDRAWN_BY_ITSELF_MAX = 3;
const REDRAWN_AGAIN_MS = 6_000;
const QUIET_MS = 1_500;

export type HandoverNews = "same" | "ended" | "replaced" | "elsewhere";

/** Compares what is shown with what can be paid with. */
export function handoverNews(shown: ShownHandover, named: string | null, current: string | null): HandoverNews {
  if (named === null || named === current) return "same";
  if (current === null) return "ended";
  return current.startsWith(`${shown.channel}.`) ? "replaced" : "elsewhere";
}

interface Following {
  readonly shown: ShownHandover | null;
  readonly initial: OrderStatusView;
  /** null while it is not the page's business: paid, closed, or being confirmed. */
  readonly view: OrderStatusView | null;
  readonly onStatus: (view: OrderStatusView) => void;
}

/**
 * Keeps what is shown payable: draws the page anew when its code was replaced or ended, or the price changed.
 * @returns whether the order is being paid in another way: taking that over is left to the shopper
 */
export function useHandover({ shown, initial, view, onStatus }: Following): boolean {
  const refresh = useRedraw(initial.id);
  const redrawn = useRef(0);
  // A code that came as a picture of its own is named by the first status that knows it.
  const named = useRef<string | null>(null);
  named.current = shown?.handover ?? named.current;
  const current = view?.handover ?? null;
  if (shown !== null && named.current === null && current?.startsWith(`${shown.channel}.`)) named.current = current;
  const news = shown === null || view === null ? "same" : handoverNews(shown, named.current, current);
  const replacedBy = news === "replaced" ? current : null;
  const repriced = view !== null && shown === null && view.amountDue !== initial.amountDue;
  const orderId = initial.id;

  useEffect(() => {
    const redraw = () => {
      if (redrawn.current++ < REDRAWN_BY_ITSELF_MAX) refresh();
    };
    if (replacedBy !== null || repriced) {
      // Another device may change the order several times in a row. This page waits until that is over (each change of
      // `replacedBy` begins anew), since drawing it opens a trade and would get in the way.
      const first = setTimeout(redraw, QUIET_MS);
      // Once more where the answer was lost on its way.
      const again = setInterval(redraw, REDRAWN_AGAIN_MS);
      return () => {
        clearTimeout(first);
        clearInterval(again);
      };
    }
    if (news !== "ended") return;
    return whenSeenAfter(SETTLED_AFTER_MS, async () => {
      const now = await readStatus(`/api/orders/${orderId}/status`, abortAfter(SETTLED_AFTER_MS));
      if (now === null) return;
      onStatus(now);
      if (now.status === "pending" && now.handover === null) redraw();
    });
  }, [news, replacedBy, repriced, orderId, onStatus, refresh]);
  return news === "elsewhere" || (news !== "same" && redrawn.current > REDRAWN_BY_ITSELF_MAX);
}

/** A hidden page opens no trade: it waits until it is looked at. @returns ends the wait */
function whenSeenAfter(ms: number, act: () => void): () => void {
  const look = () => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", look);
    act();
  };
  const timer = setTimeout(() => {
    document.addEventListener("visibilitychange", look);
    look();
  }, ms);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
