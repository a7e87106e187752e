import { beijingHour, beijingWeekday } from "#lib/base/beijing-time.ts";
import { DAY_MS } from "#lib/base/time.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import type { OfferArm, OfferContext } from "#lib/intelligence/index.ts";
import type { OrderItem } from "./order.ts";
import { itemFen } from "./views.ts";

/** A shopper who has not been here for so long counts as lapsed. Source: smart.md §5, without a median of their own. */
const LAPSED_MS = 45 * DAY_MS;

/** What is known of a shopper. */
export interface ShopperHistory {
  readonly paidIn90Days: number;
  readonly lastPaidAt: Date | null;
  readonly offersToday: number;
  readonly offersIn30Days: number;
}

/** What the merchant says about margins. */
export interface MoneyKnown {
  /** Ten-thousandths of the price that are earned, by scene and `default`. */
  readonly margins: Readonly<Record<string, number>>;
  /** What one piece costs the merchant, in fen, by sku. */
  readonly costs: Readonly<Record<string, number>>;
}

export interface OfferFacts {
  readonly items: readonly OrderItem[];
  readonly scene: string;
  readonly channel: string | null;
  /** What is due without an optional offer. */
  readonly dueFen: number;
  readonly discountFen: number;
  /** Null for who did not agree to be remembered. */
  readonly history: ShopperHistory | null;
  readonly at: Date;
}

/**
 * What the cart earns before any optional offer: by what its items cost, or else by what the merchant says is earned in this
 * scene. Null where neither is known: then nothing may be offered.
 */
export function marginOf(
  { items, scene, discountFen }: Pick<OfferFacts, "items" | "scene" | "discountFen">,
  { margins, costs }: MoneyKnown,
): number | null {
  const rate = margins[scene] ?? margins.default;
  let earned = -discountFen;
  for (const item of items) {
    const cost = item.sku === null ? undefined : costs[item.sku];
    if (cost !== undefined) earned += itemFen(item) - cost * item.quantity;
    else if (rate !== undefined) earned += Math.floor((itemFen(item) * rate) / 10_000);
    else return null;
  }
  return earned;
}

/** What the model sees of an order and its shopper, and nothing else. Source: smart.md §4.1, §7. */
export function contextOf(facts: OfferFacts, margin: number): Omit<OfferContext, "id" | "arms"> {
  const { items, channel, dueFen, history, at } = facts;
  const { lastPaidAt = null, paidIn90Days = 0 } = history ?? {};
  const sinceMs = lastPaidAt === null ? null : Math.max(0, at.getTime() - lastPaidAt.getTime());
  return {
    t: at.getTime(),
    isNew: history !== null && lastPaidAt === null,
    lapsed: sinceMs !== null && sinceMs > LAPSED_MS,
    freq90: paidIn90Days,
    recencyDays: sinceMs === null ? null : Math.floor(sinceMs / DAY_MS),
    amount: dueFen,
    margin,
    hour: beijingHour(at),
    weekend: isWeekend(at),
    channel: channel ?? "native",
    items: items.reduce((sum, { quantity }) => sum + quantity, 0),
    // Each offer's own budget decides whether it is an arm at all (smart.md §3.6); the model never sees to that.
    budgetLeft: Number.MAX_SAFE_INTEGER,
    budgetSpent: 0,
    budgetReserved: 0,
  };
}

const SUNDAY = 0;
const SATURDAY = 6;
const isWeekend = (at: Date): boolean => [SUNDAY, SATURDAY].includes(beijingWeekday(at));

/** A promotion as the learner knows offers. */
export function armOf(rule: Promotion): OfferArm {
  const threshold = rule.threshold?.amount;
  const kind = rule.type === "percent_off" ? "percent" : rule.type === "random_off" ? "random" : "amount";
  return { id: rule.id, kind, ...(threshold === undefined ? {} : { threshold }) };
}
