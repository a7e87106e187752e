import { expect, test } from "vitest";
import { DEMO_CODE, DEMO_PROMOTIONS, demoSku } from "#lib/contract/demo-shop.ts";
import { basketFen, basketPieces, changed, GOODS, PIECES_MAX, readBasket } from "./goods.ts";

const basketOf = (fields: Record<string, unknown>) => readBasket((name) => fields[name]);

test("whatever a form holds becomes a basket one can order", () => {
  const basket = basketOf({ latte: "2", soda: "-1", croissant: "1e9", basque: "999", "cold-brew": ["1"] });
  expect(basket).toMatchObject({ latte: 2, soda: 0, croissant: 0, basque: PIECES_MAX, "cold-brew": 0 });
  expect(Object.keys(basket)).toEqual(GOODS.map(({ sku }) => sku));
});

test("the sum is exact", () => {
  const basket = basketOf({ latte: "1", soda: "3" });
  expect(basketFen(basket)).toBe(2_600 + 3 * 1_990);
  expect(basketPieces(basket)).toBe(4);
});

test("a basket never holds less than nothing or more than the shop sells at once", () => {
  const basket = basketOf({ latte: String(PIECES_MAX) });
  expect(changed(basket, "latte", 1).latte).toBe(PIECES_MAX);
  expect(changed(basket, "soda", -1).soda).toBe(0);
});

test("the demo's promotions know the goods by the numbers that its orders give them", () => {
  const promoted = new Set(DEMO_PROMOTIONS.flatMap(({ scope }) => scope.skus));
  expect([...promoted].toSorted()).toEqual(GOODS.map(({ sku }) => demoSku(sku)).toSorted());
  expect(DEMO_PROMOTIONS.every(({ code }) => code === DEMO_CODE)).toBe(true);
});
