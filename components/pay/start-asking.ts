import type { Dispatch } from "react";
import { abortAfter } from "#components/ui/live-data.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { isFinal, type ProgressEvent } from "./order-progress.ts";

const ANSWER_WITHIN_MS = 8_000;
/** How often WeChat is asked, and how far apart, before we say that nothing has come yet. */
const ASKS_BEFORE_WORDS = 3;
const BETWEEN_ASKS_MS = 2_500;
const PAUSE_MS_MAX = 30_000;

/** After the first asks the pauses grow: a payment that has not come in seconds comes in minutes, by a notice or a query. */
export const pauseAfterMs = (asks: number): number =>
  asks < ASKS_BEFORE_WORDS ? BETWEEN_ASKS_MS : Math.min(PAUSE_MS_MAX, 5_000 * 2 ** (asks - ASKS_BEFORE_WORDS));

export interface Asking {
  /** Begins again, with short pauses. */
  syncOrder(): void;
  stop(): void;
}

/** Asks our server to ask WeChat, again and again until the order is final; it never gives up. */
export function startAsking(address: string, dispatch: Dispatch<ProgressEvent>): Asking {
  let asks = 0;
  let answered = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open: object | undefined;

  const ask = async () => {
    const question = {};
    open = question;
    const view = await queryOnce(address);
    if (open !== question) return;
    if (view !== null) {
      answered = true;
      dispatch({ type: "seen", view });
      if (isFinal(view)) return;
    }
    asks++;
    if (asks >= ASKS_BEFORE_WORDS) dispatch({ type: "claim", claim: answered ? "not_yet" : "ask_failed" });
    plan();
  };
  const plan = () => {
    // A hidden page asks nothing; it looks again soon whether it is seen.
    timer = setTimeout(() => (document.hidden ? plan() : void ask()), pauseAfterMs(document.hidden ? 0 : asks));
  };
  const syncOrder = () => {
    clearTimeout(timer);
    asks = 0;
    answered = false;
    dispatch({ type: "claim", claim: "asking" });
    void ask();
  };
  syncOrder();
  return {
    syncOrder,
    stop() {
      clearTimeout(timer);
      open = undefined;
    },
  };
}

/** Silence is not a no: the next round asks again, and polling goes on besides. */
async function queryOnce(address: string): Promise<OrderStatusView | null> {
  try {
    const answer = await fetch(address, { method: "POST", signal: abortAfter(ANSWER_WITHIN_MS) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
