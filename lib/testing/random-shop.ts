import { randomBytes } from "node:crypto";
import { HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { createCollection } from "#lib/collection/index.ts";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { collectionStore } from "#lib/storage/collection/collection-codes.ts";
import type { PaymentFixture } from "./payment-fixture.ts";

interface RandomShop {
  readonly seed: number;
  readonly actions: number;
  /** Called now and then in between. */
  readonly pause: () => Promise<unknown>;
}

type Draw = (below: number) => number;

/** The same draws in each run. */
function drawer(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** Days of a shop at random: paid in several ways, closed, paid late and accepted or given back, refunded in part. */
export async function liveAtRandom(fixture: PaymentFixture, { seed, actions, pause }: RandomShop): Promise<void> {
  const draw = drawer(seed);
  const orderFromCode = await openShop(fixture, seed);
  const [open, paid]: [string[], string[]] = [[], []];
  const takeOpen = () => open.splice(draw(open.length), 1)[0] ?? "";
  for (let at = 0; at < actions; at++) {
    fixture.clock.advance((1 + draw(100)) * MINUTE_MS);
    const what = draw(12);
    if (what < 5 || open.length === 0) {
      open.push(what === 0 ? await orderFromCode(10 + draw(30)) : await orderAtTill(fixture, draw));
    } else if (what < 8) {
      const id = takeOpen();
      const wish = draw(2) === 0 ? {} : ({ channel: "h5", payerIp: "203.0.113.7" } as const);
      const number = await fixture.open(id, wish).catch(() => null);
      if (number !== null) await fixture.payAndNotify(number);
      paid.push(id);
    } else if (what < 10) {
      await payLate(fixture, takeOpen(), draw);
    } else if (paid.length > 0) {
      const orderId = paid[draw(paid.length)] ?? "";
      // An order that expired unpaid, or has nothing left, refuses.
      await fixture.payments.refundOrder({ orderId, amount: 100 + draw(400) }).catch(() => {});
      await settleRefunds(fixture, orderId);
    }
    if (draw(9) === 0) await pause();
  }
}

/** A store with two tills, an offer, and a collection code. @returns makes an order from the code */
async function openShop(fixture: PaymentFixture, seed: number): Promise<(yuan: number) => Promise<string>> {
  const { payments, clock } = fixture;
  const { ids, log } = fixture.deps;
  const store = collectionStore(fixture.database.pool);
  const collection = createCollection({ store, payments, ids, clock, log, publicUrl: "http://localhost" });
  await fixture.rows(
    "insert into stores (id, code, name, created_at) values ('sto_a', 'a', '南门店', now()) on conflict do nothing",
  );
  await fixture.rows(`insert into tills (id, store_id, code, name, created_at)
     values ('til_1', 'sto_a', '1', '一号', now()), ('til_2', 'sto_a', '2', '二号', now()) on conflict do nothing`);
  const { code } = await collection.create(collectionCodeRequestSchema.parse({ label: "一号台" }), { by: "li" });
  const offer = { id: `off-${seed}`, phase: "order", type: "amount_off", off: 150, threshold: { amount: 2_000 } };
  await payments.promotions.create(promotionRequestSchema.parse(offer));
  return async (yuan) => {
    const token = randomBytes(16).toString("base64url");
    const made = await collection.order({ code, token, amount: `${yuan}.50`, note: "" });
    if (made.kind !== "ordered") throw new Error(`not ordered: ${JSON.stringify(made)}`);
    return made.orderId;
  };
}

async function orderAtTill(fixture: PaymentFixture, draw: Draw): Promise<string> {
  const name = draw(2) === 0 ? "拿铁" : "停车费";
  const till = draw(2) === 0 ? {} : { tillCode: String(1 + draw(2)) };
  const place = draw(2) === 0 ? {} : { storeCode: "a", ...till };
  return (await fixture.order({ items: [{ name, price: 10 + draw(30), quantity: 1 }], ...place })).id;
}

/** Paid at WeChat when it is closed here; then accepted a day later, or given back. */
async function payLate(fixture: PaymentFixture, orderId: string, draw: Draw): Promise<void> {
  const { payments, wechat, gateways } = fixture;
  const number = await fixture.open(orderId).catch(() => null);
  if (number === null) return;
  const trade = wechat.pay(number);
  await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
  await payments.closeOrder(orderId);
  await payments.receiveNotification(gateways.noticeOfPayment(trade));
  const payment = { orderId, transactionId: trade.transactionId };
  if (draw(2) === 0) {
    fixture.clock.advance(30 * HOUR_MS);
    await payments.acceptLatePayment(payment);
  } else {
    await payments.refundExtraPayment(payment);
    await settleRefunds(fixture, orderId);
  }
}

/** WeChat has given back what was asked of it. */
export async function settleRefunds(fixture: PaymentFixture, orderId: string): Promise<void> {
  const asked = "select number from refunds where order_id = $1 and status = 'processing'";
  for (const { number } of await fixture.rows<{ number: string }>(asked, [orderId])) {
    const refund = fixture.wechat.refunds.settle(number, "succeeded");
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(refund));
  }
}
