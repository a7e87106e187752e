import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fieldErrors } from "./field-errors.ts";
import { orderRequestSchema } from "./order-request.ts";

const item = { name: "拿铁", price: 18, quantity: 1 };
const read = (order: unknown) => orderRequestSchema.safeParse(order);
/** The names of what is wrong. */
const wrong = (order: unknown): string[] => {
  const parsed = read(order);
  return parsed.success ? [] : fieldErrors(parsed.error).map((error) => error.path);
};
const priceOf = (price: unknown) => {
  const parsed = read({ items: [{ ...item, price }] });
  return parsed.success ? parsed.data.items[0]?.price : null;
};

describe("price", () => {
  test.each([
    [19.99, 1999],
    ["19.99", 1999],
    [1e2, 10_000],
    [0.1, 10],
    ["0.10", 10],
    ["100", 10_000],
    [100.0, 10_000],
  ])("%j yuan are %d fen", (price, amount) => {
    expect(priceOf(price)).toBe(amount);
  });

  test.each([
    0.001,
    -1,
    "-1",
    Number.POSITIVE_INFINITY,
    Number.NaN,
    "1e2",
    "19.999",
    "",
    " 1",
    "一",
    0.1 + 0.2,
    true,
    null,
    [],
    {},
    "10000000.01",
    1e15,
  ])("%j is refused by name", (price) => {
    expect(wrong({ items: [{ ...item, price }] })).toContain("items.0.price");
  });

  test("fen or yuan, exactly one of them", () => {
    expect(wrong({ items: [{ ...item, unitAmount: 1800 }] })).toEqual(["items.0.price"]);
    expect(wrong({ items: [{ name: "x", quantity: 1 }] })).toEqual(["items.0.price"]);
    expect(wrong({ items: [{ name: "x", quantity: 1, unitAmount: 1800 }] })).toEqual([]);
    expect(wrong({ items: [{ name: "x", quantity: 1, unitAmount: 18.5 }] })).toEqual(["items.0.unitAmount"]);
  });
});

describe("bounds", () => {
  test.each([
    ["items", { items: [] }],
    ["items", { items: Array.from({ length: 1001 }, () => item) }],
    ["items", { items: [{ ...item, price: 0 }] }],
    ["items", { items: [{ ...item, price: 10_000_000, quantity: 2 }] }],
    ["items.0.quantity", { items: [{ ...item, quantity: 0 }] }],
    ["items.0.quantity", { items: [{ ...item, quantity: 1.5 }] }],
    ["items.0.quantity", { items: [{ ...item, quantity: 100_001 }] }],
    ["items.0.quantity", { items: [{ ...item, quantity: "1" }] }],
    ["items.0.name", { items: [{ ...item, name: "" }] }],
    ["items.0.name", { items: [{ ...item, name: "  " }] }],
    ["items.0.name", { items: [{ ...item, name: "a\u0000b" }] }],
    ["items.0.name", { items: [{ ...item, name: "\ud800" }] }],
    ["items.0.name", { items: [{ ...item, name: "长".repeat(257) }] }],
    ["items.0.colour", { items: [{ ...item, colour: "red" }] }],
    ["outTradeNo", { items: [item], outTradeNo: "short" }],
    ["outTradeNo", { items: [item], outTradeNo: "a".repeat(29) }],
    ["outTradeNo", { items: [item], outTradeNo: "with space" }],
    ["outTradeNo", { items: [item], outTradeNo: "abcdef\n" }],
    ["expiresIn", { items: [item], expiresIn: 59 }],
    ["expiresIn", { items: [item], expiresIn: 604_801 }],
    ["description", { items: [item], description: "长".repeat(128) }],
    ["metadata", { items: [item], metadata: [] }],
    ["metadata.a", { items: [item], metadata: { a: { b: 1 } } }],
    ["returnUrl", { items: [item], returnUrl: "javascript:alert(1)" }],
    ["returnUrl", { items: [item], returnUrl: "/relative" }],
    ["returnUrl", { items: [item], returnUrl: "https:relative" }],
    ["returnUrl", { items: [item], returnUrl: "https://shop.example/\nback" }],
    ["returnUrl", { items: [item], returnUrl: "ftp://shop.example/" }],
    ["typo", { items: [item], typo: 1 }],
  ])("%s is named", (path, order) => {
    expect(wrong(order)).toContain(path);
  });

  test("what lies on the bound is fine", () => {
    expect(wrong({ items: Array.from({ length: 1000 }, () => item), expiresIn: 60, outTradeNo: "a-b_C9" })).toEqual([]);
    expect(wrong({ items: [{ ...item, price: 10_000_000 }], expiresIn: 604_800, outTradeNo: "a".repeat(28) })).toEqual(
      [],
    );
    expect(wrong({ items: [item], description: "长".repeat(127), returnUrl: "https://shop.example/back?x=1" })).toEqual(
      [],
    );
  });

  test("a gift of 0 fen is allowed beside something paid", () => {
    expect(wrong({ items: [item, { name: "赠品", unitAmount: 0, quantity: 1 }] })).toEqual([]);
  });
});

test("whatever arrives is either an order or refused with a reason, never a crash", () => {
  const almost = fc.record(
    {
      items: fc.oneof(
        fc.array(fc.record({ name: fc.anything(), price: fc.anything(), quantity: fc.anything() })),
        fc.anything(),
      ),
      outTradeNo: fc.anything(),
      metadata: fc.anything(),
      expiresIn: fc.anything(),
      returnUrl: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(almost, fc.anything()), (order) => {
      const parsed = read(order);
      if (!parsed.success) expect(fieldErrors(parsed.error).length).toBeGreaterThan(0);
    }),
    { numRuns: 1_000 },
  );
});
