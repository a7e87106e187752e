// What ties the demo shop's orders to the demo's promotions: numbers of its own and a code that only it sends. An order of
// anybody else has neither, so trying the product with plain orders gives plain prices.

export const DEMO_CODE = "lingfu-demo-shop";

export const demoSku = (sku: string): string => `demo-${sku}`;

const COFFEE = ["latte", "pour-over", "cold-brew"].map(demoSku);
const BAKERY = ["croissant", "basque"].map(demoSku);
const DRINKS = ["soda"].map(demoSku);

/** As for `POST /api/v1/promotions`. */
export type DemoPromotion = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly name: string;
  readonly scope: { readonly skus: readonly string[] };
};

/** Something for one kind of goods, something for a larger basket, one that can run out, and one to take or leave when paying. */
export const DEMO_PROMOTIONS: readonly DemoPromotion[] = [
  {
    id: "demo-second-half",
    name: "咖啡第二件半价",
    type: "nth_discount",
    phase: "item",
    n: 2,
    payBps: 5_000,
    scope: { skus: COFFEE },
    code: DEMO_CODE,
  },
  {
    id: "demo-bakery-30-5",
    name: "烘焙满30减5",
    type: "amount_off",
    phase: "item",
    off: 500,
    threshold: { amount: 3_000 },
    scope: { skus: BAKERY },
    code: DEMO_CODE,
  },
  {
    id: "demo-100-20",
    name: "满100减20",
    type: "amount_off",
    phase: "order",
    off: 2_000,
    threshold: { amount: 10_000 },
    thresholdBase: "original",
    scope: { skus: [...COFFEE, ...BAKERY, ...DRINKS] },
    budget: 200_000,
    code: DEMO_CODE,
  },
  {
    id: "demo-till-3",
    name: "付款时可选立减3元",
    type: "amount_off",
    phase: "channel",
    off: 300,
    threshold: { amount: 2_000 },
    scope: { skus: [...COFFEE, ...BAKERY, ...DRINKS] },
    budget: 30_000,
    code: DEMO_CODE,
    optional: true,
  },
];
