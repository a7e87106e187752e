import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterResult } from "./counter-actions.ts";

// The one sale at this counter, from the keypad to the green screen. Pure: what was learnt goes in, what to show comes out.

export type Way = "code" | "scan";
type Stage = "keying" | "placing" | "code" | "scan" | "charging" | "paid";

export interface Sale {
  readonly stage: Stage;
  /** The order on the counter; behind the keypad it is one that still waits to be paid. */
  readonly order: CounterOrder | null;
  readonly message: string | null;
  /** The last question had no answer: nothing is certain until one has. */
  readonly offline: boolean;
  /** A charge of ours is under way: only its own answer, or the money, ends it. */
  readonly sending: boolean;
}

export const NO_SALE: Sale = { stage: "keying", order: null, message: null, offline: false, sending: false };

export type SaleEvent =
  | { readonly type: "place" }
  | { readonly type: "placed"; readonly way: Way; readonly state: CounterResult }
  /** Looked at again: by itself, or because the server said so. */
  | { readonly type: "seen"; readonly order: CounterOrder; readonly words: SaleWords }
  | { readonly type: "resume"; readonly order: CounterOrder; readonly words: SaleWords }
  | { readonly type: "charge" }
  | { readonly type: "charged"; readonly state: CounterResult; readonly words: SaleWords }
  | { readonly type: "unanswered"; readonly message: string | null }
  | { readonly type: "go"; readonly way: Way }
  | { readonly type: "leave" }
  | { readonly type: "say"; readonly message: string | null }
  | { readonly type: "next" };

interface SaleWords {
  readonly trouble: { readonly expired: string; readonly closed: string };
  readonly declines: Readonly<Record<NonNullable<CounterOrder["declined"]>, string>>;
}

export const isPaid = (order: Pick<CounterOrder, "amountPaid"> | null): boolean =>
  order !== null && order.amountPaid > 0;

export function sell(sale: Sale, event: SaleEvent): Sale {
  switch (event.type) {
    case "place":
      return { ...NO_SALE, stage: "placing" };
    case "placed":
      return placed(event);
    case "seen":
      return seen(sale, event);
    case "resume":
      return resume(event);
    case "charge":
      return { ...sale, stage: "charging", sending: true, message: null, offline: false };
    case "charged":
      return charged(sale, event);
    case "unanswered":
      return sale.stage === "placing"
        ? { ...sale, stage: "keying", message: event.message, offline: true }
        : { ...sale, message: event.message ?? sale.message, offline: true };
    case "go":
      return sale.order === null || sale.sending ? sale : { ...sale, stage: event.way, message: null };
    case "leave":
      // A charge that is under way is not left alone.
      return sale.stage === "charging" || sale.stage === "placing" ? sale : left(sale);
    case "say":
      return { ...sale, message: event.message };
    case "next":
      return NO_SALE;
  }
}

const left = (sale: Sale): Sale => (sale.stage === "paid" ? NO_SALE : { ...sale, stage: "keying", message: null });

function placed({ way, state }: Extract<SaleEvent, { type: "placed" }>): Sale {
  const message = state.kind === "failed" ? state.message : null;
  if (state.order === undefined) return { ...NO_SALE, message };
  return { ...NO_SALE, stage: isPaid(state.order) ? "paid" : way, order: state.order, message };
}

function seen(sale: Sale, { order, words }: Extract<SaleEvent, { type: "seen" }>): Sale {
  if (sale.order?.id !== order.id || order.version < sale.order.version) return sale;
  const now = { ...sale, order, offline: false };
  if (isPaid(order)) return sale.stage === "paid" ? now : { ...now, stage: "paid", message: null, sending: false };
  if (order.status === "closed") return { ...NO_SALE, message: words.trouble.expired };
  if (sale.sending || sale.stage === "keying" || sale.stage === "paid") return now;
  // The charge of another phone, or of this one before its page was loaded anew.
  if (order.charge !== null) return { ...now, stage: "charging" };
  if (sale.stage === "charging") return { ...now, stage: "scan", message: declineOf(order, words) };
  return now;
}

function resume({ order, words }: Extract<SaleEvent, { type: "resume" }>): Sale {
  if (isPaid(order)) return { ...NO_SALE, stage: "paid", order };
  if (order.status !== "pending" || order.leftMs === 0) return { ...NO_SALE, message: words.trouble.expired };
  if (order.charge !== null) return { ...NO_SALE, stage: "charging", order };
  return { ...NO_SALE, stage: order.codeUrl === null ? "scan" : "code", order };
}

function charged(sale: Sale, { state, words }: Extract<SaleEvent, { type: "charged" }>): Sale {
  const order = state.order ?? sale.order;
  const now = { ...sale, order, offline: false };
  if (isPaid(order)) return { ...now, stage: "paid", message: null, sending: false };
  if (state.charge === "pending") return now;
  const message = state.kind === "failed" ? state.message : declineOf(order, words);
  const isOpen = order !== null && order.charge !== null;
  return { ...now, stage: isOpen ? "charging" : "scan", message, sending: false };
}

const declineOf = (order: CounterOrder | null, words: SaleWords): string | null =>
  order === null || order.declined === null ? null : words.declines[order.declined];
