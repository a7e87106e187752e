import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { collectionMachine } from "#lib/collection/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: codes and what came from them hold against a hand that knows SQL and goes round the domain.

let fixture: PaymentFixture;
let count = 0;
let fixed: string;
let free: string;
let order: string;
beforeAll(async () => {
  fixture = await paymentFixture();
});
beforeEach(async () => {
  count += 1;
  fixed = `col_fixed${count}`;
  free = `col_free${count}`;
  expect(await fixture.refusedBy(made({ id: fixed, amount: "1800" }))).toBeNull();
  expect(await fixture.refusedBy(made({ id: free, min: "1800", max: "2000" }))).toBeNull();
  order = (await fixture.order()).id; // ¥18
});
afterAll(() => fixture.close());

let codes = 0;
const made = ({ id = "col_x", code = "", amount = "null", min = "null", max = "null", more = "" }) =>
  `insert into collection_codes (id, code, label, amount, amount_min, amount_max, created_by, created_at, updated_at${more && ", status, retired_at"})
   values ('${id}', '${code || String(++codes).padStart(12, "0")}', '台', ${amount}, ${min}, ${max}, 'test', now(), now()${more})`;
const linked = (code: string) =>
  `insert into collection_orders (order_id, code_id, created_at) values ('${order}', '${code}', now())`;

describe("a code", () => {
  test("has a fixed amount or two bounds, never both and never neither", async () => {
    const wrong = [{}, { amount: "1", min: "1" }, { min: "1" }, { max: "1" }, { min: "2", max: "1" }];
    for (const amounts of wrong) expect(await fixture.refusedBy(made(amounts))).toBe("collection_code_amount");
    for (const amount of ["0", "-1", "1000000001"]) {
      expect(await fixture.refusedBy(made({ amount }))).toBe("collection_codes_amount_check");
    }
  });

  test("is unguessable in form, and unique", async () => {
    for (const code of ["short", "aaaaaaaaaaaI", "AAAAAAAAAAAA", "aaaaaaaaaaaaa"]) {
      expect(await fixture.refusedBy(made({ amount: "1", code }))).toBe("collection_codes_code_check");
    }
    const code = `zzzzzzzzzzz${count % 10}`;
    expect(await fixture.refusedBy(made({ id: `col_a${count}`, amount: "1", code }))).toBeNull();
    expect(await fixture.refusedBy(made({ id: `col_b${count}`, amount: "1", code }))).toBe("collection_codes_code_key");
  });

  test("moves as its machine says, and is never deleted", async () => {
    const { rows } = await fixture.database.pool.query<{ move: string }>(
      "select from_status || '>' || to_status as move from allowed_transition where machine = 'collection_code'",
    );
    const moves = collectionMachine.states.flatMap((from) =>
      collectionMachine.moves[from].map((to) => `${from}>${to}`),
    );
    expect(rows.map(({ move }) => move)).toEqual(moves);
    expect(await fixture.refusedBy(made({ amount: "1", more: ", 'retired', now()" }))).toBe("illegal_transition");
    const retire = `update collection_codes set status = 'retired', retired_at = now() where id = '${fixed}'`;
    expect(await fixture.refusedBy(retire.replace("now()", "null"))).toBe("collection_code_retired");
    expect(await fixture.refusedBy(retire)).toBeNull();
    expect(
      await fixture.refusedBy(`update collection_codes set status = 'active', retired_at = null where id = '${fixed}'`),
    ).toBe("illegal_transition");
    expect(await fixture.refusedBy(`update collection_codes set label = 'x' where id = '${fixed}'`)).toBe(
      "collection_code_fixed",
    );
    expect(await fixture.refusedBy(`delete from collection_codes where id = '${free}'`)).toBe("append_only");
  });

  test("keeps what is printed", async () => {
    for (const change of ["code = 'aaaaaaaaaaaa'", "id = 'col_other'", "created_by = 'x'", "created_at = now()"]) {
      expect(await fixture.refusedBy(`update collection_codes set ${change} where id = '${free}'`)).toBe(
        "collection_code_fixed",
      );
    }
  });
});

describe("what came from a code", () => {
  test("is an order of an amount that the code takes", async () => {
    expect(await fixture.refusedBy(linked(free))).toBeNull();
    order = (await fixture.order({ items: [{ name: "x", price: 17.99, quantity: 1 }] })).id;
    expect(await fixture.refusedBy(linked(free))).toBe("collection_order_amount");
    expect(await fixture.refusedBy(linked(fixed))).toBe("collection_order_amount");
    order = (await fixture.order({ items: [{ name: "x", price: 20.01, quantity: 1 }] })).id;
    expect(await fixture.refusedBy(linked(free))).toBe("collection_order_amount");
  });

  test("comes from one code, which is in use", async () => {
    expect(await fixture.refusedBy(linked(fixed))).toBeNull();
    expect(await fixture.refusedBy(linked(free))).toBe("collection_orders_pkey");
    await fixture.database.pool.query(
      "update collection_codes set status = 'retired', retired_at = now() where id = $1",
      [free],
    );
    order = (await fixture.order()).id;
    expect(await fixture.refusedBy(linked(free))).toBe("collection_code_closed");
  });

  test("is counted by its payment and by nothing else", async () => {
    const payEarly = linked(fixed).replace("created_at)", "created_at, paid_amount)").replace("now())", "now(), 1800)");
    expect(await fixture.refusedBy(payEarly)).toBe("collection_order_amount");
    await fixture.refusedBy(linked(fixed));
    const touch = (what: string) =>
      fixture.refusedBy(`update collection_orders set ${what} where order_id = '${order}'`);
    expect(await touch("paid_amount = 1")).toBe("collection_order_fixed");
    expect(await touch(`code_id = '${free}'`)).toBe("collection_order_fixed");
    expect(await fixture.refusedBy(`delete from collection_orders where order_id = '${order}'`)).toBe(
      "collection_order_fixed",
    );
    await fixture.payAndNotify(await fixture.open(order));
    const { rows } = await fixture.database.pool.query(
      "select paid_amount from collection_orders where order_id = $1",
      [order],
    );
    expect(rows).toEqual([{ paid_amount: 1_800 }]);
    expect(await touch("paid_amount = 1")).toBe("collection_order_fixed");
  });
});
