import { addTakings, type TakingsSums } from "#lib/base/takings.ts";
import type { PaymentFixture } from "./payment-fixture.ts";

interface OrderByHand {
  readonly status: string;
  readonly scene: string | null;
  readonly discount: number;
  readonly created_at: Date;
  readonly store_id: string | null;
  readonly till_id: string | null;
  readonly cashier_id: string | null;
  readonly code_id: string | null;
  readonly offers: readonly { readonly id: string; readonly amount: number }[];
  readonly payments: readonly PaymentByHand[];
  readonly refunds: readonly RefundByHand[];
}
interface PaymentByHand {
  readonly verdict: string;
  readonly channel: string;
  readonly paid: number;
  readonly at: string;
}
interface RefundByHand {
  readonly verdict: string;
  readonly channel: string;
  readonly amount: number;
  readonly at: string;
}

const ORDERS = `
  select o.status, o.scene, o.amount_discount as discount, o.created_at, o.store_id, o.till_id, o.cashier_id,
         (select code_id from collection_orders c where c.order_id = o.id) as code_id,
         coalesce((select jsonb_agg(jsonb_build_object('id', promotion_id, 'amount', amount))
                     from promotion_uses u where u.order_id = o.id and u.state = 'spent'), '[]') as offers,
         coalesce((select jsonb_agg(jsonb_build_object('verdict', verdict, 'channel', channel, 'paid', amount_paid, 'at', paid_at))
                     from payment_attempts a where a.order_id = o.id and a.status = 'succeeded'), '[]') as payments,
         coalesce((select jsonb_agg(jsonb_build_object('verdict', a.verdict, 'channel', a.channel, 'amount', r.amount, 'at', r.succeeded_at))
                     from refunds r join payment_attempts a on a.id = r.attempt_id
                    where r.order_id = o.id and r.status = 'succeeded'), '[]') as refunds
    from orders o`;

const NOTHING = addTakings([]);

/** Takings of a stretch of time by the parts of one dimension, added up order by order as a person would. */
export async function takingsByHand(
  fixture: PaymentFixture,
  dimension: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<Record<string, TakingsSums>> {
  const sums: Record<string, TakingsSums> = {};
  const within = (at: Date | string) => new Date(at) >= from && new Date(at) < to;
  for (const order of await fixture.rows<OrderByHand>(ORDERS)) {
    const settling = order.payments.find(({ verdict }) => verdict === "settles");
    const add = (channel: string | undefined, more: Partial<TakingsSums>) => {
      for (const key of keysOf(order, dimension, channel)) {
        sums[key] = addTakings([
          sums[key] ?? NOTHING,
          { ...NOTHING, ...more, ...givenBy(order, { dimension, key, more }) },
        ]);
      }
    };
    if (within(order.created_at)) {
      const [ordersPaid, ordersClosed] = [Number(order.status === "paid"), Number(order.status === "closed")];
      add(settling?.channel, { orders: 1, ordersPaid, ordersClosed });
    }
    if (settling !== undefined && within(settling.at)) {
      const { discount } = order;
      add(settling.channel, { payments: 1, paid: settling.paid, discount, discounted: Number(discount > 0) });
    }
    for (const { verdict, channel, amount, at } of order.refunds) {
      if (!within(at)) continue;
      const counts = verdict === "settles";
      add(channel, counts ? { refunds: 1, refunded: amount } : { otherRefunds: 1, otherRefunded: amount });
    }
  }
  return sums;
}

function keysOf(order: OrderByHand, dimension: string, channel: string | undefined): string[] {
  const single: Record<string, string> = {
    all: "",
    scene: order.scene ?? "other",
    store: order.store_id ?? "",
    till: order.till_id ?? "",
    cashier: order.cashier_id ?? "",
    code: order.code_id ?? "",
  };
  const key = single[dimension];
  if (key !== undefined) return [key];
  if (channel === undefined) return [];
  if (dimension === "channel") return [channel];
  return order.offers.length === 0 ? [""] : order.offers.map(({ id }) => id);
}

/** Of an offer counts what this offer gave, not all of the order's. */
function givenBy(
  { offers }: OrderByHand,
  { dimension, key, more }: { dimension: string; key: string; more: Partial<TakingsSums> },
): Partial<TakingsSums> {
  if (dimension !== "offer" || more.payments === undefined) return {};
  const own = offers.find(({ id }) => id === key);
  return { discount: own?.amount ?? 0, discounted: own === undefined ? 0 : 1 };
}
