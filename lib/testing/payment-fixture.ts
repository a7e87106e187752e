import { createHash, randomBytes, randomInt } from "node:crypto";
import { formatId, ID_RANDOM_BYTES, readableCode } from "#lib/base/ids.ts";
import type { Log } from "#lib/base/log.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderRequestInput } from "#lib/contract/order-request.ts";
import {
  createMemoryGateway,
  createMemoryGateways,
  type MemoryGateway,
  type MemoryGateways,
} from "#lib/gateways/memory.ts";
import { type Deps, PaymentProcessor, type StartPayment } from "#lib/payment/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { brokenUnique, violatedConstraint } from "#lib/storage/errors.ts";
import { paymentStore } from "#lib/storage/paying/payment-store.ts";
import { FakeClock } from "./fake-clock.ts";
import { testDatabase } from "./template-database.ts";

/** The payment core on a database of its own, with a scripted WeChat and a clock that stands still. */
export interface PaymentFixture {
  readonly deps: Deps;
  readonly payments: PaymentProcessor;
  readonly wechat: MemoryGateway;
  readonly gateways: MemoryGateways;
  readonly clock: FakeClock;
  readonly database: Database;
  order(request?: Partial<OrderRequestInput>): Promise<OrderView>;
  /** Opens a trade, native unless told otherwise; returns the number WeChat knows it by. */
  open(orderId: string, wish?: Partial<StartPayment>): Promise<string>;
  /** The shopper pays and WeChat's notice arrives. */
  payAndNotify(tradeNumber: string): Promise<void>;
  /** What a statement of the test's own reads, past the domain. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The name of the constraint that refuses a statement; null where none does. */
  refusedBy(sql: string, values?: readonly unknown[]): Promise<string | null>;
  close(): Promise<void>;
}

const silent: Log = { info() {}, warn() {}, error() {} };

/**
 * The same draws in every run. An order's id is random here, so a draw does not go by its text but by its turn: the first
 * text that is asked about always gets the first draw, and the same text always gets its own again.
 */
function numberedDraws(): Deps["hashDraw"] {
  const drawn = new Map<string, Uint8Array>();
  return (text) => {
    const draw = drawn.get(text) ?? createHash("sha256").update(`draw ${drawn.size}`).digest();
    drawn.set(text, draw);
    return draw;
  };
}

/** @param given a database to use instead of one of its own */
export async function paymentFixture(given?: Database): Promise<PaymentFixture> {
  const database = given ?? (await testDatabase({ poolSize: 20 }));
  const clock = new FakeClock();
  const wechat = createMemoryGateway({ clock });
  const gateways = createMemoryGateways([wechat]);
  await insertAccount(database, wechat);
  // What is drawn for an order hangs on its id: the same ids in each run, or a test would now and then meet another draw.
  let drawn = 0;
  const nextBytes = (size: number) => {
    drawn += 1;
    return createHash("sha256").update(`fixture/${drawn}`).digest().subarray(0, size);
  };
  const deps: Deps = {
    store: paymentStore(database.pool),
    gateways,
    clock,
    async pause(ms) {
      clock.advance(ms);
      return true;
    },
    log: silent,
    ids: {
      make: (kind) => formatId(kind, clock.now().getTime(), nextBytes(ID_RANDOM_BYTES)),
      orderNumber: () => `LF${readableCode(nextBytes(10))}`,
      pick: (below) => randomInt(below),
    },
    hashPayer: (payer) => createHash("sha256").update(payer).digest("base64url"),
    hashDraw: numberedDraws(),
    offerTimeoutMs: 30_000,
    payUrl: (orderId) => `http://localhost:3000/pay/${orderId}`,
  };
  const payments = new PaymentProcessor(deps);
  const rows = async <Row>(sql: string, values: readonly unknown[] = []) =>
    (await database.pool.query(sql, [...values])).rows as Row[];
  return {
    deps,
    payments,
    wechat,
    gateways,
    clock,
    database,
    order: (request = {}) => payments.createOrder({ items: [{ name: "拿铁", price: 18, quantity: 1 }], ...request }),
    async open(orderId, wish = {}) {
      await payments.startPayment({ orderId, channel: "native", openid: null, payerIp: null, ...wish });
      const attempts = await rows<{ number: string }>(
        "select number from payment_attempts where order_id = $1 order by sequence desc limit 1",
        [orderId],
      );
      return attempts[0]?.number ?? "";
    },
    async payAndNotify(tradeNumber) {
      await payments.receiveNotification(gateways.noticeOfPayment(wechat.pay(tradeNumber)));
    },
    rows,
    refusedBy: (sql, values) =>
      rows(sql, values).then(
        () => null,
        (cause) => violatedConstraint(cause) ?? brokenUnique(cause) ?? String(cause.message),
      ),
    close: database.close,
  };
}

async function insertAccount({ pool }: Database, account: MemoryGateway): Promise<void> {
  await pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
     values ($1, 'v3', $2, $3, true, ''::bytea, $4)`,
    [account.accountId, account.appId, account.merchantNumber, randomBytes(32)],
  );
}
