import type pg from "pg";
import type { LearnerDecision } from "#lib/payment/index.ts";
import { viaPrisma } from "../transaction.ts";

/** What was decided about an order, with the reasons as they were kept. */
export interface OrderDecisions {
  readonly prices: readonly PriceDecision[];
  readonly offers: readonly OptionalOfferDecision[];
  readonly pages: readonly PageDecision[];
}

/** One pricing of the order: which promotions it got, and why not the others. */
interface PriceDecision {
  readonly id: string;
  readonly at: Date;
  readonly discountFen: number;
  readonly applied: readonly { readonly id: string; readonly name: string; readonly amountFen: number }[];
  readonly rejected: readonly { readonly id: string; readonly name: string; readonly reason: string }[];
}

/** Whether an optional offer was shown, and which. */
interface OptionalOfferDecision extends Pick<LearnerDecision, "arm" | "propensity" | "arms"> {
  readonly at: Date;
  readonly sentence: string | null;
}

/** What the pay page showed. */
interface PageDecision {
  readonly at: Date;
  readonly channel: string;
  readonly alternatives: readonly string[];
  readonly language: string;
  readonly elder: boolean;
}

const DECISIONS_MAX = 50;

export const readOrderDecisions = (pool: pg.Pool, orderId: string): Promise<OrderDecisions> =>
  viaPrisma(pool, async (prisma) => {
    const [prices, offers, pages] = await Promise.all([
      prisma.offerDecision.findMany({ where: { orderId }, orderBy: { id: "asc" }, take: DECISIONS_MAX }),
      prisma.learnerDecision.findMany({ where: { orderId } }),
      prisma.pagePlan.findMany({ where: { orderId }, orderBy: { createdAt: "asc" }, take: DECISIONS_MAX }),
    ]);
    const named = (list: unknown) => (list ?? []) as { id: string; name?: string; reason: string; amountFen: number }[];
    const ids = new Set(prices.flatMap(({ rejected }) => named(rejected).map(({ id }) => id)));
    const promotions =
      ids.size === 0
        ? []
        : await prisma.promotion.findMany({ where: { id: { in: [...ids] } }, select: { id: true, definition: true } });
    const names = new Map(promotions.map(({ id, definition }) => [id, (definition as { name?: string } | null)?.name]));
    return {
      prices: prices.map(({ id, createdAt, discount, applied, rejected }) => ({
        id: String(id),
        at: createdAt,
        discountFen: discount,
        applied: named(applied).map((one) => ({ id: one.id, name: one.name ?? one.id, amountFen: one.amountFen })),
        rejected: named(rejected).map((one) => ({ ...one, name: names.get(one.id) ?? one.id })),
      })),
      offers: offers.map(({ createdAt, arm, propensity, arms, sentence }) => ({
        ...{ at: createdAt, arm, propensity, sentence },
        arms: arms as unknown as OptionalOfferDecision["arms"],
      })),
      pages: pages.map(({ createdAt, plan }) => ({ at: createdAt, ...(plan as unknown as Omit<PageDecision, "at">) })),
    };
  });
