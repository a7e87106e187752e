import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { shiftStore } from "#lib/storage/tills/shifts.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createShifts, type Shifts } from "./index.ts";

// Goal: every payment and refund of a till counts in exactly one shift, whatever happens at the same moment; and what was
// handed over never changes.

let fixture: PaymentFixture;
let shifts: Shifts;
beforeAll(async () => {
  fixture = await paymentFixture();
  const { payments, clock, deps, database } = fixture;
  shifts = createShifts({ store: shiftStore(database.pool), payments, clock, log: deps.log });
  await database.pool.query(
    "insert into stores (id, code, name, created_at) values ('sto_1', 'west', '西街店', now())",
  );
  await database.pool.query(
    `insert into cashiers (id, name, pin_hash, created_at) values
       ('csh_1', '王芳', '$scrypt$x', now()), ('csh_2', '李雷', '$scrypt$x', now())`,
  );
});
afterAll(() => fixture.close());

let round = 0;
let till: { id: string; code: string };
beforeEach(async () => {
  fixture.clock.advance(60_000);
  round += 1;
  till = { id: `til_${round}`, code: String(round) };
  await sql("insert into tills (id, store_id, code, name, created_at) values ($1, 'sto_1', $2, '一号', now())", [
    ...[till.id, till.code],
  ]);
});

const sql = async (text: string, values: readonly unknown[] = []) =>
  (await fixture.database.pool.query(text, [...values])).rows;

const CASHIERS = { fang: { id: "csh_1", name: "王芳" }, li: { id: "csh_2", name: "李雷" } };
const ACTOR = "cashier:王芳 (csh_1)";

let opened = 0;
/** As a first sign-in does; the sign-in itself has its own tests. */
async function open(): Promise<string> {
  opened += 1;
  const id = `shf_${opened}`;
  const now = fixture.clock.now();
  await sql(
    `insert into shifts (id, till_id, store_id, number, since, opened_at, opened_by)
     select $1, $2, 'sto_1', count(*) + 1, max(closed_at), greatest($3, max(closed_at)), $4 from shifts where till_id = $2`,
    [id, till.id, now, ACTOR],
  );
  return id;
}

async function order(price = 18, cashier: (typeof CASHIERS)[keyof typeof CASHIERS] | null = CASHIERS.fang) {
  const place = { store: { id: "sto_1", code: "west" }, till, cashier };
  const request = { items: [{ name: "拿铁", price, quantity: 1 }] };
  const { id } = await fixture.payments.createOrder(request, { place });
  return { id, number: await fixture.open(id) };
}

async function paid(price = 18, cashier: (typeof CASHIERS)[keyof typeof CASHIERS] | null = CASHIERS.fang) {
  const made = await order(price, cashier);
  await fixture.payAndNotify(made.number);
  return made.id;
}

async function refunded(orderId: string, amount: number): Promise<void> {
  const result = await fixture.payments.refundOrder({ orderId, amount });
  if (result.kind !== "requested") throw new Error("the refund was not requested");
  fixture.wechat.refunds.settle(result.refund.outRefundNo, "succeeded");
  await fixture.payments.syncRefund(result.refund.id);
}

const handOver = (shiftId: string) => shifts.handOver({ shiftId, actor: ACTOR, cashierId: "csh_1", note: null });

describe("a hand-over", () => {
  test("counts what was taken and given back, by channel and cashier", async () => {
    const shiftId = await open();
    const first = await paid(18);
    await paid(5.5, CASHIERS.li);
    await paid(2, null);
    await refunded(first, 300);
    await order(40);
    await handOver(shiftId);
    const account = await shifts.get(shiftId);
    expect(account.sums).toEqual({
      payments: { count: 3, sumFen: 2_550 },
      other: { count: 0, sumFen: 0 },
      refunds: { count: 1, sumFen: 300 },
      open: { count: 1, sumFen: 4_000 },
      refunding: { count: 0, sumFen: 0 },
    });
    expect(account.lines).toEqual([
      { kind: "payments", channel: "native", cashier: CASHIERS.li, count: 1, sumFen: 550 },
      { kind: "payments", channel: "native", cashier: CASHIERS.fang, count: 1, sumFen: 1_800 },
      { kind: "payments", channel: "native", cashier: null, count: 1, sumFen: 200 },
      { kind: "refunds", channel: "native", cashier: CASHIERS.fang, count: 1, sumFen: 300 },
    ]);
    expect(account).toMatchObject({ number: 1, since: null, closedBy: ACTOR, till: { id: till.id } });
    expect(account.billDays).toMatchObject([{ entries: 4, isCompared: false, differences: 0 }]);
  });

  test("asks WeChat first, so that a payment whose notice is late counts in this shift", async () => {
    const shiftId = await open();
    const { number } = await order(7);
    fixture.wechat.pay(number);
    await handOver(shiftId);
    expect((await shifts.get(shiftId)).sums).toMatchObject({ payments: { count: 1, sumFen: 700 }, open: { count: 0 } });
  });

  test("what is confirmed afterwards counts in the next shift, with the time it was paid", async () => {
    const first = await open();
    const { id, number } = await order(7);
    await handOver(first);
    fixture.clock.advance(60_000);
    await fixture.payAndNotify(number);
    const second = await open();
    expect((await shifts.get(second)).sums.payments).toEqual({ count: 1, sumFen: 700 });
    await handOver(second);
    expect((await shifts.get(first)).sums.payments.count).toBe(0);
    expect(await shifts.get(second)).toMatchObject({ number: 2, since: (await shifts.get(first)).closedAt });
    const [entry] = await sql(
      "select e.at, a.paid_at from shift_entries e join payment_attempts a on a.id = e.attempt_id where e.order_id = $1",
      [id],
    );
    expect(entry.at).toEqual(entry.paid_at);
  });

  test("money that settles no order is counted apart, and named", async () => {
    const shiftId = await open();
    const { id, number } = await order(9);
    const trade = fixture.wechat.pay(number);
    await sql("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
    await fixture.payments.closeOrder(id);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    await handOver(shiftId);
    const account = await shifts.get(shiftId);
    expect(account.sums).toMatchObject({ payments: { count: 0 }, other: { count: 1, sumFen: 900 } });
    expect(account.oddPayments).toMatchObject([{ orderId: id, verdict: "late", amountFen: 900 }]);
  });

  test("an order of another till, or of none, counts in no shift of this one", async () => {
    const shiftId = await open();
    const { id } = await fixture.order();
    await fixture.payAndNotify(await fixture.open(id));
    await handOver(shiftId);
    expect((await shifts.get(shiftId)).sums.payments.count).toBe(0);
  });

  test("two at once: one wins, and the other changes nothing", async () => {
    const shiftId = await open();
    await paid();
    const answers = await Promise.allSettled([1, 2, 3].map(() => handOver(shiftId)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
    for (const answer of answers) {
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "conflict" });
    }
    const audits = await sql("select from audit_log where action = 'shift.hand_over' and subject = $1", [shiftId]);
    expect(audits).toHaveLength(1);
  });

  test("one that dies on the way leaves the shift as it was, and can be done again", async () => {
    const shiftId = await open();
    await paid(3);
    // The last statement of the commit fails, as when the process dies before it.
    await sql(
      `create function refuse_for_test() returns trigger language plpgsql as $$ begin raise exception 'dies'; end $$`,
    );
    await sql("create trigger dies before insert on audit_log for each row execute function refuse_for_test()");
    await expect(handOver(shiftId)).rejects.toThrow("dies");
    await sql("drop trigger dies on audit_log");
    await sql("drop function refuse_for_test()");
    expect(await shifts.get(shiftId)).toMatchObject({ closedAt: null, sums: { payments: { count: 1, sumFen: 300 } } });
    await handOver(shiftId);
    expect((await shifts.get(shiftId)).sums.payments).toEqual({ count: 1, sumFen: 300 });
  });

  test("is taken over once, and not before it was handed over", async () => {
    const shiftId = await open();
    const receive = () => shifts.receive({ shiftId, by: "kim@shop.test", note: "数过了" });
    await expect(receive()).rejects.toMatchObject({ code: "conflict" });
    await handOver(shiftId);
    const answers = await Promise.allSettled([receive(), receive()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await shifts.get(shiftId)).received).toMatchObject({ by: "kim@shop.test", note: "数过了" });
  });

  test("the list filters, newest first, page by page", async () => {
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) {
      const id = await open();
      await paid(1, ids.length === 1 ? CASHIERS.li : CASHIERS.fang);
      fixture.clock.advance(1_000);
      await handOver(id);
      ids.unshift(id);
    }
    const page = await shifts.list({ tillId: till.id, limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await shifts.list({ tillId: till.id, limit: 2, after: page.nextCursor ?? "" });
    expect(rest).toMatchObject({ data: [{ id: ids[2] }], nextCursor: null });
    const byLi = await shifts.list({ tillId: till.id, cashierId: "csh_2", limit: 9 });
    expect(byLi.data.map(({ id }) => id)).toEqual([ids[1]]);
    const [closedAt] = page.data.map((each) => each.closedAt);
    expect((await shifts.list({ tillId: till.id, closedFrom: closedAt ?? undefined, limit: 9 })).data).toHaveLength(1);
    expect((await shifts.list({ tillId: till.id, closedTo: closedAt ?? undefined, limit: 9 })).data).toHaveLength(2);
  });
});

/** The same numbers in every run. */
function* draws(seed: number): Generator<number, never> {
  for (let state = seed; ; state = (state * 1_103_515_245 + 12_345) % 2 ** 31) yield state;
}

test.each([1, 2, 3])("payments, refunds and hand-overs all at once: each counts once (draw %i)", async (seed) => {
  const draw = draws(seed * 7_919);
  const next = (bound: number) => (draw.next().value >> 8) % bound;
  const payable: { id: string; number: string }[] = [];
  for (let made = 0; made < 24; made++) {
    payable.push(await order(1 + next(50), next(2) === 0 ? CASHIERS.fang : CASHIERS.li));
  }
  let current = await open();
  let refusals = 0;
  for (let wave = 0; wave < 6; wave++) {
    const paying = payable.splice(0, 4);
    const closing = current;
    const notices = paying.map(({ number }) => fixture.gateways.noticeOfPayment(fixture.wechat.pay(number)));
    const works = [
      // One notice comes twice, as WeChat's do.
      ...[...notices, ...notices.slice(0, 1)].map((notice) => () => fixture.payments.receiveNotification(notice)),
      ...[1, 2].map(() => () => handOver(closing).catch(() => void refusals++)),
    ];
    const shuffled = works.map((work) => ({ work, at: next(1_000) })).toSorted((one, other) => one.at - other.at);
    await Promise.all(shuffled.map(({ work }): Promise<unknown> => work()));
    fixture.clock.advance(61_000);
    current = await open();
    const giving = paying.filter(() => next(2) === 0);
    await Promise.all(giving.map(({ id }) => refunded(id, 100)));
  }
  expect(refusals).toBe(6);
  await handOver(current);
  const missing = await sql(
    `select a.id from payment_attempts a join orders o on o.id = a.order_id
      where o.till_id = $1 and a.status = 'succeeded'
        and (select count(*) from shift_entries e where e.attempt_id = a.id and e.shift_id is not null) <> 1
     union all
     select r.id from refunds r join orders o on o.id = r.order_id
      where o.till_id = $1 and r.status = 'succeeded'
        and (select count(*) from shift_entries e where e.refund_id = r.id and e.shift_id is not null) <> 1`,
    [till.id],
  );
  expect(missing).toEqual([]);
  const [sums] = await sql(
    `select (select sum(payment_sum) from shifts where till_id = $1) as taken,
            (select sum(a.amount_paid) from payment_attempts a join orders o on o.id = a.order_id
              where o.till_id = $1 and a.verdict = 'settles') as paid,
            (select sum(refund_sum) from shifts where till_id = $1) as given,
            (select sum(r.amount) from refunds r join orders o on o.id = r.order_id
              where o.till_id = $1 and r.status = 'succeeded') as refunded`,
    [till.id],
  );
  expect(sums.taken).toBe(sums.paid);
  expect(sums.given).toBe(sums.refunded);
  expect(Number(sums.taken)).toBeGreaterThan(0);
});

describe("Postgres refuses", () => {
  let shiftId: string;
  beforeEach(async () => {
    shiftId = await open();
    await paid(6);
  });
  const refused = (text: string, values: readonly unknown[], constraint: string) =>
    expect(sql(text, values)).rejects.toMatchObject({ constraint });

  test("sums that are not those of the entries", async () => {
    await refused(
      `update shifts set closed_at = opened_at, closed_by = 'x', payment_count = 1, payment_sum = 599, other_count = 0, other_sum = 0,
              refund_count = 0, refund_sum = 0, open_count = 0, open_sum = 0, refunding_count = 0, refunding_sum = 0 where id = $1`,
      [shiftId],
      "shift_sums",
    );
  });

  test("a shift that is closed by halves, and a second open one at the same till", async () => {
    await refused("update shifts set closed_at = opened_at where id = $1", [shiftId], "shift_closed");
    await expect(open()).rejects.toMatchObject({ constraint: "shifts_one_open" });
  });

  test("a change of what was handed over", async () => {
    await handOver(shiftId);
    await refused("update shifts set note = 'x' where id = $1", [shiftId], "shift_fixed");
    await refused("update shifts set closed_at = null where id = $1", [shiftId], "shift_fixed");
    await refused("delete from shifts where id = $1", [shiftId], "shift_fixed");
    await refused("update shift_entries set amount = 1 where shift_id = $1", [shiftId], "shift_entry_fixed");
    await refused("update shift_entries set shift_id = null where shift_id = $1", [shiftId], "shift_entry_fixed");
    await refused("delete from shift_entries where shift_id = $1", [shiftId], "shift_entry_fixed");
    await shifts.receive({ shiftId, by: "x", note: null });
    await refused("update shift_receptions set note = 'x' where shift_id = $1", [shiftId], "append_only");
    await refused("delete from shift_receptions where shift_id = $1", [shiftId], "append_only");
  });

  test("an entry that joins a closed shift, comes from nothing, or counts twice", async () => {
    await handOver(shiftId);
    await paid(2);
    await refused(
      "update shift_entries set shift_id = $1 where till_id = $2 and shift_id is null",
      [shiftId, till.id],
      "shift_entry_fixed",
    );
    await refused(
      `insert into shift_entries (till_id, order_id, attempt_id, amount, channel, verdict, at)
       select till_id, order_id, attempt_id, amount, channel, verdict, at from shift_entries where till_id = $1 limit 1`,
      [till.id],
      "shift_entry_fixed",
    );
  });
});
