import type pg from "pg";
import { CHECK_SOON_MS, SWEEP_LEASE_MS } from "#lib/base/limits.ts";
import { addMs, MINUTE_MS } from "#lib/base/time.ts";
import type { DueAttempt, Store, Tx } from "#lib/payment/index.ts";
import { learnerStore } from "../learner/learner-store.ts";
import { createOrder, numberTaken } from "../orders/create-order.ts";
import { findOrder, findStatus, findTrade, listOrders } from "../orders/read-orders.ts";
import { sceneStore } from "../orders/scene-lookup.ts";
import { promotionCodeStore } from "../pricing/promotion-codes.ts";
import { promotionStore } from "../pricing/promotion-store.ts";
import { refundStore } from "../refunds/refund-store.ts";
import { findPlace } from "../tills/find-place.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { settlePayment } from "./book-payment.ts";
import { PaymentTx } from "./payment-tx.ts";
import { tradeCheckStore } from "./trade-checks.ts";

// `skip locked` lets any number of workers share the work; pushing `check_at` on is the claim, and its end the lease's.
const CLAIM_ATTEMPTS = statement("claim_attempts")`
  update payment_attempts set check_at = $3
   where id in (select id from payment_attempts where check_at <= $1 and status in ('opening', 'waiting')
                 order by check_at limit $2 for update skip locked)
  returning id, order_id`;
const CLAIM_ORDERS = statement("claim_orders")`
  update orders set check_at = $3
   where id in (select id from orders where check_at <= $1 and expires_at <= $1 and status = 'pending'
                 order by check_at limit $2 for update skip locked)
  returning id`;
// Somebody looks at the page: its attempt is asked after soon, never later than it would have been anyway.
const MARK_SEEN = statement("mark_seen")`
  with seen as (update orders set seen_at = $2 where id = $1 and status = 'pending' returning id)
  update payment_attempts set check_at = least(check_at, $3)
   where order_id = (select id from seen) and status in ('opening', 'waiting')`;
const POSTPONE = statement("postpone_check")`
  update payment_attempts set check_at = $2 where id = $1 and status in ('opening', 'waiting')`;
const REJECTION = statement("record_rejection")`
  insert into notify_rejections (minute, protocol, reason) values (date_trunc('minute', $1::timestamptz), $2, $3)
  on conflict (minute, protocol, reason) do update set count = notify_rejections.count + 1`;

/** The payment core's store on Postgres. */
export function paymentStore(pool: pg.Pool): Store {
  const lastSeen = new SeenLately();
  const promotions = promotionStore(pool);
  return {
    transaction: <Result>(work: (tx: Tx) => Promise<Result>) =>
      inTransaction(pool, (client) => work(new PaymentTx(client))),
    createOrder: async (draft, once, options = {}) => {
      const result = await createOrder(pool, { draft, once }, options).catch(numberTaken);
      if (result.kind === "promoted") promotions.expect();
      return result;
    },
    promotions,
    promotionCodes: promotionCodeStore(pool),
    learner: learnerStore(pool),
    scenes: sceneStore(pool),
    findOrder: (orderId) => findOrder(pool, orderId),
    findPlace: (codes) => findPlace(pool, codes),
    findTrade: (tradeNumber) => findTrade(pool, tradeNumber),
    settle: (settling) => settlePayment(pool, settling),
    findStatus: (orderId, now) => findStatus(pool, orderId, now),
    listOrders: (filter) => listOrders(pool, filter),
    async markSeen(orderId, now) {
      if (lastSeen.has(orderId, now)) return;
      await run(pool, MARK_SEEN, [orderId, now, addMs(now, CHECK_SOON_MS)]);
    },
    async claimDueAttempts(now, limit): Promise<DueAttempt[]> {
      const { rows } = await run<{ id: string; order_id: string }>(pool, CLAIM_ATTEMPTS, [
        now,
        limit,
        addMs(now, SWEEP_LEASE_MS),
      ]);
      return rows.map((row) => ({ attemptId: row.id, orderId: row.order_id }));
    },
    async claimExpiredOrders(now, limit): Promise<string[]> {
      const { rows } = await run<{ id: string }>(pool, CLAIM_ORDERS, [now, limit, addMs(now, SWEEP_LEASE_MS)]);
      return rows.map((row) => row.id);
    },
    async postponeCheck(attemptId, checkAt) {
      await run(pool, POSTPONE, [attemptId, checkAt]);
    },
    ...tradeCheckStore(pool),
    refunds: refundStore(pool),
    async recordRejection({ reason, protocol, at }) {
      await run(pool, REJECTION, [at, protocol, reason]);
    },
  };
}

const SEEN_EVERY_MS = MINUTE_MS / 2;
const SEEN_MAX = 20_000;

/** A page polls every few seconds; one write in half a minute says as much. */
class SeenLately {
  readonly #at = new Map<string, number>();

  has(orderId: string, now: Date): boolean {
    const before = this.#at.get(orderId);
    if (before !== undefined && now.getTime() - before < SEEN_EVERY_MS) return true;
    if (this.#at.size >= SEEN_MAX) this.#at.clear();
    this.#at.set(orderId, now.getTime());
    return false;
  }
}
