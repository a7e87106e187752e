import { describe, expect, test } from "vitest";
import type { CounterOrder } from "#lib/contract/counter.ts";
import type { CounterResult } from "./counter-actions.ts";
import { NO_SALE, type Sale, type SaleEvent, sell } from "./sale.ts";

// Goal: the screen never says less than what is known, and never offers a second charge while a first one is not decided.

const words = {
  trouble: { expired: "expired", closed: "closed" },
  declines: {
    code_invalid: "code_invalid",
    not_enough: "not_enough",
    card_refused: "card_refused",
    declined: "declined",
    timed_out: "timed_out",
  },
};
const order = (more: Partial<CounterOrder> = {}): CounterOrder => ({
  ...{ id: "ord_1", number: "LF1", status: "pending", version: 1, description: "茶", items: [] },
  ...{ amountTotal: 100, amountDiscount: 0, amountDue: 100, amountPaid: 0, codeUrl: "weixin://x", leftMs: 1_000 },
  ...{ spanMs: 2_000, charge: null, declined: null, paidAt: null },
  ...more,
});
const PAID = order({ status: "paid", version: 3, amountPaid: 100, codeUrl: null });
const CHARGED = order({ version: 2, codeUrl: null, charge: { waitsFor: "password", leftMs: 40_000 } });
const done = (more: Partial<CounterResult> = {}): CounterResult => ({ kind: "done", message: "", shown: [], ...more });
const failed = (message: string, more: Partial<CounterResult> = {}): CounterResult => ({
  ...{ kind: "failed", message, shown: [] },
  ...more,
});
const saleAfter = (...events: SaleEvent[]): Sale => events.reduce(sell, NO_SALE);
const placed = (way: "code" | "scan", state = done({ order: order() })): SaleEvent => ({ type: "placed", way, state });
const seen = (found: CounterOrder): SaleEvent => ({ type: "seen", order: found, words });
const charged = (state: CounterResult): SaleEvent => ({ type: "charged", state, words });

describe("making the order", () => {
  test("leads to the code or the scanner; without an answer the keypad says so, and nothing is forgotten", () => {
    expect(saleAfter({ type: "place" }).stage).toBe("placing");
    expect(saleAfter({ type: "place" }, placed("code")).stage).toBe("code");
    expect(saleAfter({ type: "place" }, placed("scan")).stage).toBe("scan");
    expect(saleAfter({ type: "place" }, { type: "unanswered", message: "offline" })).toMatchObject({
      ...{ stage: "keying", message: "offline", offline: true },
    });
  });

  test("an order without a code stays on the screen with the reason", () => {
    const state = failed("WeChat is away", { order: order({ codeUrl: null }) });
    expect(saleAfter({ type: "place" }, placed("code", state))).toMatchObject({
      stage: "code",
      message: "WeChat is away",
    });
    expect(saleAfter({ type: "place" }, placed("code", failed("forbidden")))).toMatchObject({
      ...{ stage: "keying", message: "forbidden", order: null },
    });
  });
});

describe("a charge", () => {
  const begun = [{ type: "place" }, placed("scan"), { type: "charge" }] as const;
  test("is not left, and nothing else is begun, until it is decided", () => {
    for (const event of [{ type: "leave" }, { type: "go", way: "code" }, seen(order({ version: 2 }))] as const) {
      expect(saleAfter(...begun, event).stage).toBe("charging");
    }
  });

  test("pending it stays; declined it asks for a fresh code with the reason; paid it is green", () => {
    const pending = charged(done({ charge: "pending", order: CHARGED }));
    expect(saleAfter(...begun, pending)).toMatchObject({ stage: "charging", sending: true });
    const refused = failed("not_enough", { charge: "declined", order: order({ declined: "not_enough" }) });
    expect(saleAfter(...begun, pending, charged(refused))).toMatchObject({
      ...{ stage: "scan", message: "not_enough", sending: false },
    });
    expect(saleAfter(...begun, charged(done({ charge: "paid", order: PAID })))).toMatchObject({ stage: "paid" });
  });

  test("the money is believed before the answer, whoever tells of it", () => {
    expect(saleAfter(...begun, seen(PAID))).toMatchObject({ stage: "paid", sending: false });
    expect(saleAfter(...begun, { type: "unanswered", message: null }, seen(PAID)).stage).toBe("paid");
  });

  test("without an answer it says that it is off line, and stays", () => {
    expect(saleAfter(...begun, { type: "unanswered", message: null })).toMatchObject({
      stage: "charging",
      offline: true,
    });
  });

  test("of another phone covers this one, and ends here as it ends there", () => {
    const watching = [{ type: "place" }, placed("code")] as const;
    expect(saleAfter(...watching, seen(CHARGED)).stage).toBe("charging");
    expect(saleAfter(...watching, seen(CHARGED), seen(order({ version: 4, declined: "timed_out" })))).toMatchObject({
      ...{ stage: "scan", message: "timed_out" },
    });
  });

  test("that ended by an error the server has no word for is still covered while the order is charged", () => {
    expect(saleAfter(...begun, charged(failed("busy", { order: CHARGED }))).stage).toBe("charging");
  });
});

describe("looking at the order", () => {
  const shown = [{ type: "place" }, placed("code", done({ order: order({ version: 5 }) }))] as const;
  test("an older answer and one of another order change nothing", () => {
    expect(saleAfter(...shown, seen(order({ version: 4, amountDue: 1 }))).order?.amountDue).toBe(100);
    expect(saleAfter(...shown, seen(order({ id: "ord_2", version: 9, status: "paid", amountPaid: 1 }))).stage).toBe(
      "code",
    );
  });

  test("an order that ends unpaid leads back to the keypad, which says why", () => {
    expect(saleAfter(...shown, seen(order({ version: 6, status: "closed" })))).toMatchObject({
      ...{ stage: "keying", order: null, message: "expired" },
    });
  });

  test("left behind it waits at the keypad; paid there it is green all the same", () => {
    const left = [...shown, { type: "leave" }] as const;
    expect(saleAfter(...left)).toMatchObject({ stage: "keying", order: { id: "ord_1" } });
    expect(saleAfter(...left, seen({ ...PAID, version: 6 })).stage).toBe("paid");
    expect(saleAfter(...left, { type: "resume", order: order({ version: 6 }), words }).stage).toBe("code");
  });
});

test.each([
  [PAID, "paid", null],
  [CHARGED, "charging", null],
  [order(), "code", null],
  [order({ codeUrl: null }), "scan", null],
  [order({ leftMs: 0 }), "keying", "expired"],
  [order({ status: "closed" }), "keying", "expired"],
] as const)("a page that is loaded anew goes on where the order is: %#", (found, stage, message) => {
  expect(saleAfter({ type: "resume", order: found, words })).toMatchObject({ stage, message });
});
