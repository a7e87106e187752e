import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import { disableEpayAccount } from "#lib/storage/epay/epay-accounts.ts";
import { EPAY_KEY, EpayDoor, type EpayFields, plainHolds, signed } from "#lib/testing/epay-door.ts";

// Goal: nothing but a payment makes an order of the epay door paid; then its software is told until it says so, and may ask and refund.

let door: EpayDoor;
let pid: string;
beforeAll(async () => {
  door = await EpayDoor.open();
  ({ pid } = door);
});
beforeEach(() => door.reset());
afterAll(() => door.close());

describe("nothing but a payment makes it paid", () => {
  test("neither a copied notice, nor a way back, nor a status in a form", async () => {
    const fields = door.fields();
    const id = await door.submit(fields);
    const claim = { ...fields, trade_no: id, trade_status: "TRADE_SUCCESS", status: "1" };
    await door.byForm("/mapi.php", signed(claim));
    await door.byForm("/api.php", {
      act: "order",
      pid,
      key: EPAY_KEY,
      trade_no: id,
      status: "1",
      trade_status: "TRADE_SUCCESS",
    });
    const { returnUrl } = await door.edge.payments.order(id);
    const back = await door.edge.send((returnUrl ?? "").replace(/^https?:\/\/[^/]+/, ""));
    expect(back.headers.get("location")).toBe(`/pay/${id}`);
    expect((await door.edge.payments.order(id)).status).toBe("pending");
    expect(
      await door.edge.refusedBy("update epay_orders set status = 'due', check_at = now() where order_id = $1", [id]),
    ).toBe("epay_order_paid");
    await door.tellAll();
    expect(door.heard).toEqual([]);
  });

  test("the way back is signed once it is paid, and for its holder only", async () => {
    const id = await door.submit(door.fields());
    const path = ((await door.edge.payments.order(id)).returnUrl ?? "").replace(/^https?:\/\/[^/]+/, "");
    await door.pay(id);
    const location = (await door.edge.send(path)).headers.get("location") ?? "";
    const { tab, ...facts } = Object.fromEntries(new URL(location).searchParams);
    expect(tab).toBe("paid");
    expect(plainHolds(facts as EpayFields)).toBe(true);
    const guessed = path.replace(/token=[^&]+/, `token=${randomBytes(32).toString("base64url")}`);
    expect((await door.edge.send(guessed)).status).toBe(404);
  });

  test("one order per number, of its amount, and a notice that is due has its time: Postgres knows it as well", async () => {
    const { edge } = door;
    const id = await door.submit(door.fields());
    const other = await edge.order();
    const insert = (columns: string) =>
      edge.refusedBy(
        `insert into epay_orders (order_id, pid, out_trade_no, amount, name, notify_url, created_at)
         select $2, pid, ${columns}, name, notify_url, created_at from epay_orders where order_id = $1`,
        [id, other.id],
      );
    expect(await insert(`out_trade_no, ${other.amountTotal}`)).toBe("epay_order_once");
    expect(await insert(`'another', ${other.amountTotal + 1}`)).toBe("epay_order_amount");
    await door.pay(id);
    for (const change of [
      "check_at = null",
      "status = 'told'",
      "status = 'told', check_at = null",
      "ended_at = now()",
    ]) {
      expect(await edge.refusedBy(`update epay_orders set ${change} where order_id = $1`, [id])).toBe(
        "epay_notice_to_do",
      );
    }
  });

  test("what it was asked with never changes, and is never deleted", async () => {
    const id = await door.submit(door.fields());
    for (const change of ["set amount = 1", "set notify_url = 'https://other.example/'", "set pid = '9999'"]) {
      expect(await door.edge.refusedBy(`update epay_orders ${change} where order_id = $1`, [id])).toBe(
        "epay_order_fixed",
      );
    }
    expect(await door.edge.refusedBy("delete from epay_orders where order_id = $1", [id])).toBe("epay_order_fixed");
    expect(await door.edge.refusedBy("update epay_accounts set pid = '7777' where pid = $1", [pid])).toBe(
      "epay_account_fixed",
    );
  });
});

describe("a notice", () => {
  async function paidOrder() {
    const id = await door.submit(door.fields());
    await door.pay(id);
    return id;
  }
  const stateOf = async (id: string) =>
    (
      await door.edge.rows<{ status: string; tries: number }>(
        "select status, tries from epay_orders where order_id = $1",
        [id],
      )
    )[0];

  test("is repeated until success is answered, and then no more", async () => {
    const id = await paidOrder();
    for (const wrong of ["fail", "", "<html>successful</html>", "ok"]) {
      door.answer = { status: 200, body: wrong };
      await door.notices.turn(pid);
      door.edge.clock.advance(10 * MINUTE_MS);
    }
    expect(await stateOf(id)).toEqual({ status: "due", tries: 4 });
    door.answer = { status: 500, body: "success" };
    await door.notices.turn(pid);
    door.edge.clock.advance(30 * MINUTE_MS);
    door.answer = { status: 200, body: "\ufeffSUCCESS\n" };
    await door.notices.turn(pid);
    expect(await stateOf(id)).toEqual({ status: "told", tries: 6 });
    await door.tellAll();
    expect(door.heard).toHaveLength(6);
    expect(new Set(door.heard.map(String)).size).toBe(1);
  });

  test("that nobody takes for days is given up, and a person is told", async () => {
    const id = await paidOrder();
    door.answer = { status: 200, body: "fail" };
    const from = door.edge.clock.now().getTime();
    for (let tries = 0; (await stateOf(id))?.status === "due" && tries < 50; tries++) {
      await door.notices.turn(pid);
      door.edge.clock.advance(27 * 60 * MINUTE_MS);
    }
    expect((await stateOf(id))?.status).toBe("given_up");
    expect(door.edge.clock.now().getTime() - from).toBeGreaterThan(75 * 60 * MINUTE_MS);
    expect(await door.edge.rows("select kind, order_id, detail from alerts where kind = 'epay_not_told'")).toEqual([
      { kind: "epay_not_told", order_id: id, detail: { pid, problem: "answered something else than success" } },
    ]);
  });

  test("taken by one of two workers is not taken by the other", async () => {
    await paidOrder();
    const outcomes = await Promise.all([door.notices.turn(pid), door.notices.turn(pid)]);
    expect(outcomes.sort()).toEqual(["again", "idle"]);
    expect(door.heard).toHaveLength(1);
  });

  test("is still sent for a pid that was ended after the payment; nothing new is ordered", async () => {
    const ended = await door.account("old shop", false);
    const fields = door.fields({ pid: ended });
    const id = await door.submit(fields);
    await door.pay(id);
    expect(await disableEpayAccount(door.edge.database.pool, ended, { actor: "test", at: door.edge.clock.now() })).toBe(
      true,
    );
    await door.tellAll(ended);
    expect(door.heard).toHaveLength(1);
    expect((await door.byForm("/submit.php", signed(door.fields({ pid: ended })))).status).toBe(400);
    expect(await door.edge.refusedBy("update epay_accounts set disabled_at = null where pid = $1", [ended])).toBe(
      "epay_account_fixed",
    );
  });
});

describe("api.php", () => {
  const ask = async (fields: EpayFields) => (await door.byForm("/api.php", { pid, key: EPAY_KEY, ...fields })).json();

  test("finds an order by either number, and says when it is paid", async () => {
    const fields = door.fields({ param: "p" });
    const id = await door.submit(fields);
    expect(await ask({ act: "order", out_trade_no: fields.out_trade_no ?? "" })).toMatchObject({
      ...{ code: 1, trade_no: id, out_trade_no: fields.out_trade_no, pid: Number(pid), type: "wxpay" },
      ...{ money: "12.50", status: 0, param: "p", endtime: "", name: "会员 VIP" },
    });
    await door.pay(id);
    const link = await door.edge.send(
      `/api.php?${new URLSearchParams({ act: "order", pid, key: EPAY_KEY, trade_no: id })}`,
    );
    const paid = await link.json();
    expect(paid).toMatchObject({ code: 1, status: 1, api_trade_no: expect.stringMatching(/./) });
    expect(paid.endtime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const { data } = await ask({ act: "orders", limit: "2", page: "1" });
    expect(data).toHaveLength(2);
    expect(data[0].trade_no).toBe(id);
    const counts = await ask({ act: "query" });
    expect(counts).toMatchObject({ code: 1, pid: Number(pid), active: 1, orders: expect.any(Number) });
    expect(JSON.stringify(counts)).not.toContain(EPAY_KEY);
  });

  test("gives money back once for one wish, and no more than was paid", async () => {
    const id = await door.submit(door.fields());
    expect(await ask({ act: "refund", trade_no: id, money: "1.00" })).toMatchObject({ code: -1 });
    await door.pay(id);
    const all = await Promise.all(Array.from({ length: 4 }, () => ask({ act: "refund", trade_no: id, money: "5.00" })));
    expect(all).toEqual(Array(4).fill({ code: 1, msg: expect.any(String), trade_no: id, money: "5.00" }));
    expect((await door.edge.payments.refunds(id)).map(({ amount }) => amount)).toEqual([500]);
    door.edge.clock.advance(2 * MINUTE_MS);
    // With a number of its own, the same amount is another refund.
    const numbered = { act: "refund", trade_no: id, money: "5.00", out_refund_no: "R-1" };
    expect((await ask(numbered)).code).toBe(1);
    expect((await ask(numbered)).code).toBe(1);
    expect(await ask({ ...numbered, money: "1.00" })).toMatchObject({ code: -1 });
    expect(await ask({ act: "refund", trade_no: id, money: "2.51" })).toMatchObject({
      code: -1,
      msg: expect.stringContaining("超过"),
    });
    expect((await door.edge.payments.refunds(id)).map(({ amount }) => amount)).toEqual([500, 500]);
    expect(await door.edge.rows("select from audit_log where actor = $1", [`epay ${pid}`])).toHaveLength(2);
  });

  test("a refund is one refund for good: also once keys of repeated calls are forgotten", async () => {
    const id = await door.submit(door.fields());
    await door.pay(id);
    const wish = { act: "refund", trade_no: id, money: "2.00" };
    expect((await ask(wish)).code).toBe(1);
    await door.edge.rows("delete from idempotency");
    door.edge.clock.advance(100 * 24 * 60 * MINUTE_MS);
    expect((await ask(wish)).code).toBe(1);
    expect((await door.edge.payments.refunds(id)).map(({ amount }) => amount)).toEqual([200]);
    for (const change of ["set amount = 1", "set number = 'x'", "set refund_id = null"]) {
      expect(await door.edge.refusedBy(`update epay_refunds ${change} where order_id = $1`, [id])).toBe(
        "epay_refund_fixed",
      );
    }
    expect(await door.edge.refusedBy("delete from epay_refunds where order_id = $1", [id])).toBe("epay_refund_fixed");
  });

  test("a refund of which nobody knows whether it was made is left to a person", async () => {
    const id = await door.submit(door.fields());
    await door.pay(id);
    await door.edge.rows(
      "insert into epay_refunds (order_id, number, amount, asked_at) values ($1, 'number R-9', 100, $2)",
      [id, door.edge.clock.now()],
    );
    door.edge.clock.advance(4 * 24 * 60 * MINUTE_MS);
    const wish = { act: "refund", trade_no: id, money: "1.00", out_refund_no: "R-9" };
    expect(await ask(wish)).toMatchObject({ code: -1, msg: expect.stringContaining("不能退款") });
    expect(await door.edge.payments.refunds(id)).toEqual([]);
    // What was refused made nothing, and may be asked for again.
    expect((await ask({ act: "refund", trade_no: id, money: "99.00" })).code).toBe(-1);
    expect(await door.edge.rows("select number from epay_refunds where order_id = $1", [id])).toEqual([
      { number: "number R-9" },
    ]);
    const other = await door.submit(door.fields());
    await door.pay(other);
    expect((await ask({ act: "refund", trade_no: other, money: "3.00" })).code).toBe(1);
    const [made] = await door.edge.payments.refunds(other);
    expect(
      await door.edge.refusedBy("update epay_refunds set refund_id = $2 where order_id = $1", [id, made?.id]),
    ).toBe("epay_refund_same");
  });

  test("keeps what is another pid's, refunds that are off, and wrong keys apart", async () => {
    const other = await door.account("other shop", false);
    const id = await door.submit(door.fields());
    expect(await ask({ pid: other, act: "order", trade_no: id })).toMatchObject({ code: -1 });
    expect(await ask({ pid: other, act: "refund", trade_no: id, money: "1.00" })).toMatchObject({
      msg: expect.stringContaining("没有开通"),
    });
    for (const key of ["", EPAY_KEY.toLowerCase(), `${EPAY_KEY} `, "x"])
      expect((await ask({ key, act: "query" })).code).toBe(-1);
    for (const act of ["", "__proto__", "toString", "pay"]) expect((await ask({ act })).code).toBe(-1);
    const byGet = await door.edge.send(
      `/api.php?${new URLSearchParams({ act: "refund", pid, key: EPAY_KEY, trade_no: id, money: "1.00" })}`,
    );
    expect((await byGet.json()).code).toBe(-1);
  });
});
