import type { OrderStatusView } from "#lib/contract/order.ts";

/** What came of the shopper's last touch: of the question "I have paid", of WeChat's cashier, of copying the link. */
type PageClaim = "none" | "asking" | "not_yet" | "ask_failed" | "cancelled" | "bridge_failed" | "copied";

export interface Progress {
  readonly view: OrderStatusView;
  readonly claim: PageClaim;
  /** The words for it, where the page's server half brought them. */
  readonly said: string | null;
  /** The shopper comes from WeChat's cashier and may have paid: no second payment is offered unasked. */
  readonly returned: boolean;
  /** Questions in a row that got no answer. */
  readonly failures: number;
  readonly offline: boolean;
  /** The time to pay is over by this device's clock, though the order is still pending. */
  readonly overdue: boolean;
}

export type ProgressEvent =
  | { readonly type: "seen"; readonly view: OrderStatusView }
  | { readonly type: "unanswered" }
  | { readonly type: "network"; readonly offline: boolean }
  | { readonly type: "claim"; readonly claim: PageClaim; readonly said?: string | undefined }
  | { readonly type: "returned" }
  | { readonly type: "overdue" };

export const isFinal = (view: Pick<OrderStatusView, "status">): boolean => view.status !== "pending";

export const begin = (view: OrderStatusView, returned = false): Progress => ({
  view,
  claim: "none",
  said: null,
  returned,
  failures: 0,
  offline: false,
  overdue: false,
});

/** The one place that decides what the page knows. Streams and polls may overtake each other: the higher version wins. */
export function progress(state: Progress, event: ProgressEvent): Progress {
  switch (event.type) {
    case "seen": {
      if (event.view.id !== state.view.id) return state;
      const view = event.view.version >= state.view.version ? event.view : state.view;
      const settled = isFinal(view);
      return { ...state, view, failures: 0, claim: settled ? "none" : state.claim, overdue: state.overdue && !settled };
    }
    case "unanswered":
      return { ...state, failures: state.failures + 1 };
    case "network":
      return { ...state, offline: event.offline, failures: event.offline ? state.failures : 0 };
    case "claim":
      return isFinal(state.view) ? state : { ...state, claim: event.claim, said: event.said ?? null };
    case "returned":
      return isFinal(state.view) ? state : { ...state, returned: true };
    case "overdue":
      return isFinal(state.view) ? state : { ...state, overdue: true };
  }
}

/** What the shopper sees; one design each. */
export type Face = "waiting" | "confirming" | "overdue" | "paid" | "closed" | "refunded" | "partially_refunded";

export function faceOf({ view, returned, overdue }: Progress): Face {
  if (view.status !== "pending") return view.status;
  if (returned) return "confirming";
  return overdue ? "overdue" : "waiting";
}
