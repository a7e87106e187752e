import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PAID_FEED_AGE_MS, PAID_FEED_PAGE, PAID_FEED_START_MS } from "#lib/base/counter-limits.ts";
import type { PaidNews } from "#lib/contract/counter.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { advance, type BookMark, parseCursor, readPaidFeed } from "./paid-feed.ts";

// Goal: who asks with the cursor of the last answer is told every payment that was booked since, whatever the order of commits.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
beforeEach(() => fixture.clock.advance(PAID_FEED_START_MS + 1_000));
afterAll(() => fixture.close());

const read = (cursor: string | null, from: string | null = null): Promise<PaidNews> =>
  readPaidFeed(fixture.database.pool, { cursor, from, storeId: null, now: fixture.clock.now() });
const ordersIn = (news: PaidNews) => news.entries.map(({ orderId }) => orderId);
async function pay(place: { storeCode?: string } = {}): Promise<string> {
  const { id, outTradeNo } = await fixture.order(place);
  await fixture.open(id);
  await fixture.payAndNotify(outTradeNo);
  return id;
}

test("the first answer only says where things stand, the next ones what came since", async () => {
  const before = await pay();
  const first = await read(null);
  expect(first).toMatchObject({ isFirst: true, hasMore: false });
  expect(ordersIn(first)).toEqual([before]);
  const [one, two] = [await pay(), await pay()];
  const next = await read(first.cursor);
  expect(next.isFirst).toBe(false);
  expect(ordersIn(next)).toEqual(expect.arrayContaining([one, two]));
  expect(next.entries.at(-1)).toMatchObject({ orderId: two, amount: 1_800, channel: "native", collectionCode: null });
});

test("what sank below the floor is not told again", async () => {
  await pay();
  let { cursor } = await read(null);
  const askOn = async () => {
    const news = await read(cursor);
    cursor = news.cursor;
    return news.entries;
  };
  // The floor rises once all transactions of the server have ended, those of other databases as well.
  await expect.poll(askOn, { timeout: 20_000 }).toEqual([]);
  const id = await pay();
  expect(ordersIn(await read(cursor))).toEqual([id]);
});

test("a payment that commits after a later one is told to who has heard the later one already", async () => {
  let { cursor } = await read(null);
  cursor = (await read(cursor)).cursor;
  const slow = await bookSlowly();
  const quick = await pay();
  const early = await read(cursor);
  expect(ordersIn(early)).toEqual([quick]);
  // However often it is asked meanwhile: the floor stays below what is not committed.
  const asked = await read((await read(early.cursor)).cursor);
  await slow.commit();
  expect(ordersIn(await read(asked.cursor))).toContain(slow.orderId);
});

/** Takes its number in the journal, and keeps its transaction open. */
async function bookSlowly() {
  const { id } = await fixture.order();
  const number = await fixture.open(id);
  const client = await fixture.database.pool.connect();
  await client.query("begin");
  await client.query("set constraints all deferred");
  await client.query(
    `update payment_attempts set status = 'succeeded', verdict = 'settles', transaction_id = 'slow', amount_paid = amount_due,
            amount_settled = amount_due, paid_at = $2, ended_at = $2, check_at = null, confirmed_by = 'unrecorded'
      where number = $1`,
    [number, fixture.clock.now()],
  );
  await client.query(
    "update orders set status = 'paid', paid_at = $2, check_at = null, version = version + 1 where id = $1",
    [id, fixture.clock.now()],
  );
  await client.query(
    `with entry as (insert into journal_entries (cause, order_id, created_at)
       select 'payment:' || id, order_id, $2 from payment_attempts where number = $1 returning id)
     insert into journal_lines (entry_id, account, debit, credit)
       select entry.id, l.account, l.debit, l.credit from entry, (values ('wechat_clearing', 1800, 0), ('sales', 0, 1800)) l (account, debit, credit)`,
    [number, fixture.clock.now()],
  );
  return {
    orderId: id,
    async commit() {
      await client.query("commit");
      client.release();
    },
  };
}

test("more than a page is turned page by page, with nothing left out", async () => {
  let { cursor } = await read(null);
  cursor = (await read(cursor)).cursor;
  const paid: string[] = [];
  for (let at = 0; at <= PAID_FEED_PAGE; at += 20)
    paid.push(...(await Promise.all(Array.from({ length: 20 }, () => pay()))));
  const first = await read(cursor);
  expect([first.entries.length, first.hasMore, first.cursor]).toEqual([PAID_FEED_PAGE, true, cursor]);
  const second = await read(cursor, String(first.entries.at(-1)?.entry));
  expect(second.hasMore).toBe(false);
  expect([...ordersIn(first), ...ordersIn(second)].toSorted()).toEqual(paid.toSorted());
}, 120_000);

test("what is older than a working day is no news", async () => {
  const { cursor } = await read(null);
  const id = await pay();
  expect(ordersIn(await read(cursor))).toContain(id);
  fixture.clock.advance(PAID_FEED_AGE_MS + 1);
  expect((await read(cursor)).entries).toEqual([]);
});

test("a payment that settles nothing is for the alerts, not for the ears", async () => {
  let { cursor } = await read(null);
  cursor = (await read(cursor)).cursor;
  const { id } = await fixture.order();
  const number = await fixture.open(id);
  const trade = fixture.wechat.pay(number);
  await fixture.database.pool.query(
    "update payment_attempts set status = 'closed', check_at = null where number = $1",
    [number],
  );
  await fixture.payments.closeOrder(id);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
  expect((await fixture.payments.order(id)).extraPayments).toHaveLength(1);
  expect((await read(cursor)).entries).toEqual([]);
});

test("a till is told of its own store, and of what was paid in none", async () => {
  const { pool } = fixture.database;
  await pool.query(
    `insert into stores (id, code, name, created_at) values ('sto_1', 'west', '西街店', now()), ('sto_2', 'east', '东街店', now())`,
  );
  let { cursor } = await read(null);
  cursor = (await read(cursor)).cursor;
  const here = await pay({ storeCode: "west" });
  const there = await pay({ storeCode: "east" });
  const nowhere = await pay();
  const told = await readPaidFeed(pool, { cursor, from: null, storeId: "sto_1", now: fixture.clock.now() });
  expect(ordersIn(told)).toEqual([here, nowhere]);
  expect(told.entries.map(({ storeId }) => storeId)).toEqual(["sto_1", null]);
  expect(ordersIn(await read(cursor))).toEqual([here, there, nowhere]);
});

describe("the cursor", () => {
  const mark = (top: number, oldest: number, next: number): BookMark => ({
    top: BigInt(top),
    oldestXid: BigInt(oldest),
    nextXid: BigInt(next),
  });
  const at = (text: string) => {
    const cursor = parseCursor(text);
    if (cursor === null) throw new Error(`no cursor: ${text}`);
    return cursor;
  };

  test("rises only once every transaction has ended that was open when its top was seen", () => {
    expect(advance(at("5.9.100"), mark(20, 99, 120))).toEqual(at("5.9.100"));
    expect(advance(at("5.9.100"), mark(20, 100, 120))).toEqual(at("9.20.120"));
  });

  test("begins anew in a database that was restored from a backup", () => {
    expect(advance(at("50.60.100"), mark(20, 200, 200))).toEqual(at("20.20.200"));
    expect(advance(at("5.9.100"), mark(20, 40, 50))).toEqual(at("20.20.50"));
  });

  test.each(["", "1", "1.2", "1.2.3.4", "-1.2.3", "2.1.3", "a.b.c", `1.${"9".repeat(19)}.3`, "1.2.3 "])(
    "%j is none, and who sends it is told where things stand",
    async (text) => {
      expect(parseCursor(text)).toBeNull();
      expect((await read(text)).isFirst).toBe(true);
    },
  );
});
