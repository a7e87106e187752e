import { SWEEP_LEASE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import type { DueAttempt, Store, Tx } from "#lib/payment/index.ts";
import type { PrimaryPool } from "../client.ts";
import { learnerStore } from "../learner/learner-store.ts";
import { createCreateOrder, numberTaken } from "../orders/create-order.ts";
import { findSnapshot } from "../orders/order-snapshot.ts";
import { createFindOrder, createFindStatus, createFindTrade, findOrder, listOrders } from "../orders/read-orders.ts";
import { sceneStore } from "../orders/scene-lookup.ts";
import { openOffers } from "../pricing/offer-tx.ts";
import { promotionCodeStore } from "../pricing/promotion-codes.ts";
import { promotionStore } from "../pricing/promotion-store.ts";
import { refundStore } from "../refunds/refund-store.ts";
import { findPlace } from "../tills/find-place.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { createSettle } from "./book-payment.ts";
import { PaymentTx } from "./payment-tx.ts";
import { seenOrders } from "./seen-orders.ts";
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
const POSTPONE = statement("postpone_check")`
  update payment_attempts set check_at = $2 where id = $1 and status in ('opening', 'waiting')`;
const REJECTION = statement("record_rejection")`
  insert into notify_rejections (minute, protocol, reason) values (date_trunc('minute', $1::timestamptz), $2, $3)
  on conflict (minute, protocol, reason) do update set count = notify_rejections.count + 1`;

/** The payment core's store on Postgres. */
export function paymentStore(pool: PrimaryPool): Store {
  const promotions = promotionStore(pool);
  const createOrder = createCreateOrder(pool);
  return {
    transaction: <Result>(work: (tx: Tx) => Promise<Result>) =>
      inTransaction(pool, (client) => work(new PaymentTx(client))),
    createOrder: async (draft, once, options = {}) => {
      const result = await createOrder({ draft, once, options }).catch(numberTaken);
      if (result.kind === "promoted") promotions.expect();
      return result;
    },
    promotions,
    promotionCodes: promotionCodeStore(pool),
    learner: learnerStore(pool),
    scenes: sceneStore(pool),
    findOrder: (orderId) => findOrder(pool, orderId),
    findOrderTogether: createFindOrder(pool),
    findSnapshot: (orderId) => findSnapshot(pool, orderId, DEMO_CODE),
    openOffers: (wish) => openOffers(pool, wish),
    findPlace: (codes) => findPlace(pool, codes),
    findTrade: createFindTrade(pool),
    settle: createSettle(pool),
    findStatus: createFindStatus(pool),
    listOrders: (filter) => listOrders(pool, filter),
    markSeen: seenOrders(pool),
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
