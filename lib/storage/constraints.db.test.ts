import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { attemptMachine, orderMachine } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: every constraint of the store holds against SQL that goes round the domain.
let fixture: PaymentFixture;
let orderId: string;
let attemptId: string;
beforeAll(async () => {
  fixture = await paymentFixture();
});
beforeEach(async () => {
  const order = await fixture.order({ items: [{ name: "茶", unitAmount: 500, quantity: 2 }] });
  orderId = order.id;
  await fixture.open(orderId);
  attemptId =
    (await fixture.rows<{ id: string }>("select id from payment_attempts where order_id = $1", [orderId]))[0]?.id ?? "";
});
afterAll(() => fixture.close());

const pay =
  "status = 'succeeded', verdict = 'settles', transaction_id = gen_random_uuid()::text, paid_at = now(), check_at = null, confirmed_by = 'query', confirmed_account_id = account_id, confirmed_protocol = protocol";

describe("machines", () => {
  test("the moves in SQL are the moves of the domain", async () => {
    const inSql = await fixture.rows<{ move: string }>(
      "select machine || ':' || from_status || '>' || to_status as move from allowed_transition where machine in ('order', 'attempt')",
    );
    const inDomain = [orderMachine, attemptMachine].flatMap((machine) =>
      Object.entries<readonly string[]>(machine.moves).flatMap(([from, targets]) =>
        targets.map((to) => `${machine.name}:${from}>${to}`),
      ),
    );
    expect(inSql.map((row) => row.move).toSorted()).toEqual(inDomain.toSorted());
  });

  test("a move that is not in the table is refused", async () => {
    await fixture.rows(`update payment_attempts set ${pay} where id = $1`, [attemptId]);
    expect(await fixture.refusedBy("update payment_attempts set status = 'closed' where id = $1", [attemptId])).toBe(
      "illegal_transition",
    );
  });

  test("an order that was closed does not become payable again", async () => {
    const { id } = await fixture.order();
    await fixture.payments.closeOrder(id);
    const again = "update orders set status = 'pending', check_at = now(), version = version + 1 where id = $1";
    expect(await fixture.refusedBy(again, [id])).toBe("illegal_transition");
  });

  test("a status cannot change without a new version", async () => {
    const sql = "update orders set status = 'closed', closed_at = now(), check_at = null where id = $1";
    expect(await fixture.refusedBy(sql, [orderId])).toBe("order_version");
  });
});

describe("orders", () => {
  test("an order that does not add up is refused at commit", async () => {
    const sql = `with o as (
      insert into orders (id, out_trade_no, amount_total, amount_due, description, created_at, expires_at, check_at)
      values ('ord_x', 'sums-do-not', 999, 999, 'x', now(), now() + '1h', now()) returning id)
      insert into order_items (id, order_id, position, name, unit_amount, quantity) select 'itm_x', id, 0, 'x', 500, 2 from o`;
    expect(await fixture.refusedBy(sql)).toBe("order_sums");
  });

  test("nothing is due less than one fen", async () => {
    const insert = (total: number, discount: number) =>
      fixture.refusedBy(
        `insert into orders (id, out_trade_no, amount_total, amount_discount, amount_due, description, created_at, expires_at, check_at)
         values ('ord_y', 'due-nothing', $1::int, $2::int, $1::int - $2::int, 'x', now(), now() + '1h', now())`,
        [total, discount],
      );
    expect(await insert(100, 100)).toBe("orders_amount_due_check");
    expect(await insert(100, -1)).toBe("orders_amount_discount_check");
  });

  test.each([
    "amount_total = amount_total + 1, amount_due = amount_due + 1",
    "out_trade_no = 'another-one'",
    "created_at = created_at - interval '1s'",
  ])("what was ordered never changes: %s", async (change) => {
    expect(await fixture.refusedBy(`update orders set ${change} where id = $1`, [orderId])).toBe("order_fixed");
  });

  test.each(["quantity = 3", "unit_amount = 1", "name = 'x'"])("items never change: %s", async (change) => {
    expect(await fixture.refusedBy(`update order_items set ${change} where order_id = $1`, [orderId])).toBe(
      "order_item_fixed",
    );
  });

  test("items are never deleted", async () => {
    expect(await fixture.refusedBy("delete from order_items where order_id = $1", [orderId])).toBe("order_item_fixed");
  });

  test("an order is paid by an attempt that settles it, or not at all", async () => {
    const sql =
      "update orders set status = 'paid', paid_at = now(), check_at = null, version = version + 1 where id = $1";
    expect(await fixture.refusedBy(sql, [orderId])).toBe("order_settled");
  });

  test("a pending order is always looked at again", async () => {
    expect(await fixture.refusedBy("update orders set check_at = null where id = $1", [orderId])).toBe("order_to_do");
  });
});

describe("attempts", () => {
  const another = (number: string, status: string) =>
    fixture.refusedBy(
      `insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, created_at, check_at, status)
       select $2, order_id, 2, account_id, $3, channel, amount_due, now(), now(), $4 from payment_attempts where id = $1`,
      [attemptId, `att_${number}`, number, status],
    );

  test("one live attempt per order", async () => {
    expect(await another(`two-live-${Date.now()}`, "opening")).toBe("attempts_one_live");
  });

  test("one attempt settles an order", async () => {
    await fixture.rows(`update payment_attempts set ${pay} where id = $1`, [attemptId]);
    expect(await another("settle-twice", "opening")).toBeNull();
    expect(await fixture.refusedBy(`update payment_attempts set ${pay} where number = 'settle-twice'`)).toBe(
      "attempts_one_settles",
    );
  });

  test("no more goes back than was paid", async () => {
    await fixture.rows(`update payment_attempts set ${pay}, amount_paid = 1000 where id = $1`, [attemptId]);
    // With the refunds that the sums are of, since they have to agree.
    const set = (held: number, refunded: number) =>
      fixture.refusedBy(
        `with gone as (
           insert into refunds (id, order_id, attempt_id, number, origin, amount, status, created_at, send_at, check_at, succeeded_at)
           select gen_random_uuid()::text, order_id, id, gen_random_uuid()::text, 'request', x.amount, x.status, now(), now(), x.due, x.at
             from payment_attempts, lateral (values ($2::int - refund_held, 'processing', now(), null), ($3::int - refunded, 'succeeded', null, now()))
                    as x (amount, status, due, at)
            where id = $1 and x.amount > 0)
         update payment_attempts set refund_held = $2::int, refunded = $3::int where id = $1`,
        [attemptId, held, refunded],
      );
    expect(await set(600, 400)).toBeNull();
    expect(await set(601, 400)).toBe("attempt_refunds");
    expect(await set(0, 399), "what was refunded stays refunded").toBe("attempt_fixed");
  });

  test("a payment is never taken back or changed", async () => {
    await fixture.rows(`update payment_attempts set ${pay}, amount_paid = 1000 where id = $1`, [attemptId]);
    expect(await fixture.refusedBy("update payment_attempts set amount_paid = 1 where id = $1", [attemptId])).toBe(
      "attempt_fixed",
    );
    expect(await fixture.refusedBy("update payment_attempts set amount_due = 1 where id = $1", [attemptId])).toBe(
      "attempt_fixed",
    );
  });

  test("succeeded without a transaction, a verdict and a time is no success", async () => {
    expect(
      await fixture.refusedBy(
        "update payment_attempts set status = 'succeeded', confirmed_by = 'unrecorded' where id = $1",
        [attemptId],
      ),
    ).toBe("attempt_paid");
  });

  test("an account that a trade was opened with is kept", async () => {
    expect(await fixture.refusedBy("delete from gateway_accounts")).toContain("violates RESTRICT");
  });
});

describe("books", () => {
  const entry = (lines: string) =>
    `with e as (insert into journal_entries (cause, created_at) values (gen_random_uuid()::text, now()) returning id)
     insert into journal_lines (entry_id, account, debit, credit) select e.id, l.* from e, (values ${lines}) as l`;

  test("debits and credits are equal", async () => {
    expect(await fixture.refusedBy(entry("('bank', 5, 0), ('fees', 0, 4)"))).toBe("journal_balance");
    expect(await fixture.refusedBy(entry("('bank', 5, 0), ('fees', 0, 5)"))).toBeNull();
  });

  test("an entry without lines balances nothing", async () => {
    expect(await fixture.refusedBy("insert into journal_entries (cause, created_at) values ('empty', now())")).toBe(
      "journal_balance",
    );
  });

  test("what is booked stays booked, and an entry gets no line later", async () => {
    await fixture.rows(entry("('bank', 5, 0), ('fees', 0, 5)"));
    for (const table of ["journal_entries", "journal_lines", "audit_log"]) {
      if (table === "audit_log") await fixture.rows("insert into audit_log (actor, action) values ('a', 'b')");
      const column = table === "audit_log" ? "actor" : table === "journal_lines" ? "account" : "cause";
      expect(await fixture.refusedBy(`update ${table} set ${column} = ${column}`)).toBe("append_only");
      expect(await fixture.refusedBy(`delete from ${table}`)).toBe("append_only");
    }
    const late = "insert into journal_lines (entry_id, account, debit) select max(id), 'sales', 1 from journal_entries";
    expect(await fixture.refusedBy(late)).toBe("append_only");
  });

  test("one entry per cause", async () => {
    await fixture.payAndNotify(
      (await fixture.rows<{ number: string }>("select number from payment_attempts where id = $1", [attemptId]))[0]
        ?.number ?? "",
    );
    const sql = "insert into journal_entries (cause, created_at) values ($1, now())";
    expect(await fixture.refusedBy(sql, [`payment:${attemptId}`])).toBe("journal_entries_cause_key");
  });
});

test("there is one merchant and one active account", async () => {
  expect(await fixture.refusedBy("insert into merchant (id, name) values (2, 'x')")).toBe("merchant_id_check");
  const second = `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
                  values ('acc_2', 'v3', 'a', 'm', true, '', sha256('2'))`;
  expect(await fixture.refusedBy(second)).toBe("gateway_accounts_one_active");
});
