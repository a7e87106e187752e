import { describe, expect, test } from "vitest";
import { filterOf, narrowingOf, ordersAddress, queryOf } from "./filter.ts";

// Goal: an address is read as people mean it, days and hours are those of Beijing, and nonsense shows all orders.

describe("an address of the list", () => {
  test("days and hours of Beijing, the last one included", () => {
    const filter = filterOf({ from: "2026-11-30", to: "2026-11-30", paidFrom: "2026-11-30T23", paidTo: "2026-12-01" });
    expect(queryOf(filter, 25)).toMatchObject({
      createdFrom: "2026-11-29T16:00:00.000Z",
      createdTo: "2026-11-30T16:00:00.000Z",
    });
    expect(narrowingOf(filter)).toMatchObject({
      paidFrom: new Date("2026-11-30T15:00:00Z"),
      paidTo: new Date("2026-12-01T16:00:00Z"),
    });
    const hour = filterOf({ paidFrom: "2026-11-30T09", paidTo: "2026-11-30T09" });
    expect(narrowingOf(hour)).toMatchObject({
      paidFrom: new Date("2026-11-30T01:00:00Z"),
      paidTo: new Date("2026-11-30T02:00:00Z"),
    });
  });

  test("a dash is an order without that property, and nothing said is every order", () => {
    const narrowing = narrowingOf(filterOf({ offer: "-", channel: "h5" }));
    expect(narrowing).toMatchObject({ offer: "", channel: "h5" });
    expect(narrowing.code).toBeUndefined();
  });

  test.each([
    ["paidFrom", "2026-11-30T24"],
    ["paidFrom", "yesterday"],
    ["paidTo", "2026-13-01"],
    ["from", "2026-11-30T10"],
    ["scene", "' or 1=1"],
    ["store", "x".repeat(65)],
    ["status", "gone"],
    ["cursor", "ord_"],
  ])("%s=%s is ignored", (name, value) => {
    expect(filterOf({ [name]: value })[name as "from"]).toBeUndefined();
  });

  test("read and written, it is the same", () => {
    const address = "/admin/orders?q=%E6%8B%BF%E9%93%81&from=2026-11-01&paidFrom=2026-11-30T14&store=sto_1&offer=-";
    const search = Object.fromEntries(new URL(address, "http://localhost").searchParams);
    expect(ordersAddress(filterOf(search))).toBe(address);
  });
});
