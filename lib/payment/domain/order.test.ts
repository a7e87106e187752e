import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { anOrder, later, MOMENT } from "#lib/testing/domain-fixture.ts";
import { draftItems, isExpired, newOrder, orderMachine, orderNotFound, requirePayable } from "./order.ts";
import { protocolOf } from "./protocol.ts";

// Goal: an order begins at its full price, can be paid until it ends, and tells why it cannot.

test("the ways between the states", () => {
  const ways = orderMachine.states.map((from) => [
    from,
    orderMachine.states.filter((to) => orderMachine.allows(from, to)),
  ]);
  expect(Object.fromEntries(ways)).toEqual({ pending: ["closed", "paid"], closed: ["paid"], paid: [] });
  expect([orderMachine.name, orderMachine.initial]).toEqual(["order", "pending"]);
});

test("a new order costs all of it, and has nothing that was not given", () => {
  const terms = { id: "ord_1", outTradeNo: "o-1", totalFen: fen(1_800), description: "tea", metadata: { a: 1 } };
  const bare = newOrder({ ...terms, createdAt: MOMENT, expiresAt: later(1) });
  expect(bare).toEqual({
    ...terms,
    ...{ createdAt: MOMENT, expiresAt: later(1), returnUrl: null, shopperId: null, goodsTag: null, place: null },
    ...{ status: "pending", version: 1, discountFen: 0, dueFen: 1_800, discounts: [], scene: null },
    ...{ paidAt: null, closedAt: null, seenAt: null },
  });
  const place = { store: { id: "sto_1", code: "w" }, till: null, cashier: null };
  const given = { returnUrl: "https://shop.example/", shopperId: "s1", goodsTag: "T" };
  const whole = newOrder({ ...terms, createdAt: MOMENT, expiresAt: later(1), place, given });
  expect(whole).toMatchObject({ ...given, place });
});

test("an order can be paid until the moment it expires", () => {
  const order = anOrder({ expiresAt: later(1_000) });
  expect([isExpired(order, later(999)), isExpired(order, later(1_000))]).toEqual([false, true]);
  expect(requirePayable(order, later(999))).toBeUndefined();
  const refusal = (change: Partial<typeof order>, now = MOMENT) => {
    try {
      requirePayable({ ...order, ...change }, now);
      return null;
    } catch (cause) {
      return [(cause as { code: string }).code, (cause as { detail: string }).detail];
    }
  };
  const over = ["order_not_payable", "the order cannot be paid: it is closed or has expired"];
  expect(refusal({}, later(1_000))).toEqual(over);
  expect(refusal({ status: "closed" })).toEqual(over);
  expect(refusal({ status: "paid" })).toEqual(["order_not_payable", "the order cannot be paid: it is paid"]);
});

test("an order that is not there is not found", () => {
  expect(orderNotFound()).toMatchObject({ code: "not_found", detail: "there is no such order" });
});

test("items are kept at their price, in yuan or fen", () => {
  let count = 0;
  const ids = { make: (kind: string) => `${kind}_${++count}` };
  const given = [
    { name: "tea", sku: "T1", category: "drinks", price: fen(900), quantity: 2 },
    { name: "gift", unitAmount: fen(0), quantity: 1 },
    { name: "cake", unitAmount: fen(5), quantity: 3 },
  ] as never;
  expect(draftItems(ids, given)).toEqual([
    { id: "item_1", name: "tea", sku: "T1", category: "drinks", unitFen: 900, quantity: 2, discountFen: 0 },
    { id: "item_2", name: "gift", sku: null, category: null, unitFen: 0, quantity: 1, discountFen: 0 },
    { id: "item_3", name: "cake", sku: null, category: null, unitFen: 5, quantity: 3, discountFen: 0 },
  ]);
});

test("a notice speaks v3 by any of its headers, else by what it holds, and an empty one by its type", () => {
  const spoken = (body: string, headers: Record<string, string> = {}) =>
    protocolOf({ headers: new Headers(headers), body: Buffer.from(body) });
  for (const name of ["signature", "serial", "timestamp", "nonce"]) {
    expect(spoken("<xml/>", { [`wechatpay-${name}`]: "x" })).toBe("v3");
  }
  expect(spoken("<xml/>")).toBe("v2");
  expect(spoken("\ufeff \t\r\n<xml/>")).toBe("v2");
  expect(spoken('{"id":"<"}')).toBe("v3");
  expect(spoken(" {}")).toBe("v3");
  expect(spoken("", { "content-type": "text/xml; charset=utf-8" })).toBe("v2");
  expect(spoken("", { "content-type": "APPLICATION/XML" })).toBe("v2");
  expect(spoken(" ", { "content-type": "application/xmlish" })).toBe("v3");
  expect(spoken("")).toBe("v3");
});
