import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { type PaidTrade, PaymentProcessor } from "#lib/payment/index.ts";
import { paidLate, paidTwice } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import type { Environment } from "./environment.ts";
import { type Configuration, followConfiguration } from "./follow-configuration.ts";
import { V3_CONFIG } from "./testing/config-file.ts";

// Goal: what the configuration says of extra money is what the sweep does: late, extra and mismatched payments go back by
// themselves after the delay, or stand on the list a person sees; none is ever forgotten.

let fixture: PaymentFixture;
let configuration: Configuration;
let payments: PaymentProcessor;
const say = (more: object) =>
  configuration.manager.upload({
    actor: "owner",
    origin: null,
    content: Buffer.from(JSON.stringify({ ...V3_CONFIG, ...more })),
  });

beforeAll(async () => {
  fixture = await paymentFixture();
  // Payments go on by this account after a configuration was uploaded, which a sandbox's would not.
  await fixture.database.pool.query("update gateway_accounts set sandbox = false");
  const nowhere = "/nonexistent/payment_config.json";
  configuration = await followConfiguration({
    pool: fixture.database.pool,
    process: "cli",
    log: fixture.deps.log,
    environment: {
      masterKey: new Secret<Uint8Array>(randomBytes(32)),
      previousMasterKey: null,
      masterKeyFile: null,
      paymentConfig: nowhere,
      sandboxConfig: `${nowhere}.sandbox`,
    } as Environment,
  });
  payments = new PaymentProcessor({ ...fixture.deps, extraMoney: configuration.extraMoney });
});
afterAll(async () => {
  await configuration.stop();
  await fixture.close();
});

const tell = (trade: PaidTrade) => payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
const rows = (sql: string, values: unknown[] = []) => fixture.database.pool.query(sql, values);

const late = async () => (await paidLate(fixture, payments)).orderId;
const twice = async () => (await paidTwice(fixture, payments)).orderId;

async function paidOtherwise(): Promise<string> {
  const order = await fixture.order();
  await tell(fixture.wechat.pay(await fixture.open(order.id), { totalFen: fen(1700) }));
  return order.id;
}

const resolutions = (ids: readonly string[]) =>
  Promise.all(
    ids.map(async (id) =>
      (await payments.order(id)).extraPayments.map(({ verdict, resolution }) => `${verdict} ${resolution}`),
    ),
  );

test("manual, then automatic after its delay, then manual again: each sweep does what is in force", async () => {
  const first = [await late(), await twice(), await paidOtherwise()];
  fixture.clock.advance(100 * MINUTE_MS);
  await payments.sweep();
  expect(await resolutions(first)).toEqual([["late open"], ["extra open"], ["mismatch open"]]);

  await say({ extra_money_policy: "automatic", extra_money_delay_s: 600 });
  const second = [await late(), await twice(), await paidOtherwise()];
  await payments.sweep();
  // Whatever was on the list already has waited long enough; what has just come has not.
  expect(await resolutions(first)).toEqual([["late refunding"], ["extra refunding"], ["mismatch refunding"]]);
  expect(await resolutions(second)).toEqual([["late open"], ["extra open"], ["mismatch open"]]);
  fixture.clock.advance(10 * MINUTE_MS);
  await Promise.all([payments.sweep(), payments.sweep()]);
  expect(await resolutions(second)).toEqual([["late refunding"], ["extra refunding"], ["mismatch refunding"]]);

  await say({ extra_money_policy: "manual" });
  const third = [await late(), await twice()];
  fixture.clock.advance(100 * MINUTE_MS);
  await payments.sweep();
  expect(await resolutions(third)).toEqual([["late open"], ["extra open"]]);
  // Each of them is on the list: an alert that nobody has acknowledged, and money booked as owed.
  const { rows: alerts } = await rows("select distinct order_id from alerts where acknowledged_at is null");
  expect(alerts.map(({ order_id }) => order_id)).toEqual(expect.arrayContaining([...first, ...second, ...third]));
  const { rows: refunds } = await rows("select origin, count(*)::int as n from refunds group by origin");
  expect(refunds).toEqual([{ origin: "policy", n: 6 }]);
});
