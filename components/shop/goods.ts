import { addFen, type Fen, fen, timesFen } from "#lib/base/fen.ts";
import { demoSku } from "#lib/contract/demo-shop.ts";
import type { ShopText } from "#lib/texts/zh-CN/shop.ts";

/** What the demo shop sells; prices in fen. What it is called is in lib/texts. */
export interface Good {
  readonly sku: keyof ShopText["goods"];
  readonly fen: number;
  readonly category: string;
}

export const GOODS: readonly Good[] = [
  { sku: "latte", fen: 2_600, category: "coffee" },
  { sku: "pour-over", fen: 3_200, category: "coffee" },
  { sku: "cold-brew", fen: 2_800, category: "coffee" },
  { sku: "soda", fen: 1_990, category: "drinks" },
  { sku: "croissant", fen: 1_400, category: "bakery" },
  { sku: "basque", fen: 2_850, category: "bakery" },
];

export const PIECES_MAX = 20;

export type Basket = Readonly<Record<string, number>>;

/** How many of each good: from a form or an address, where anything may stand. */
export function readBasket(read: (name: string) => unknown): Basket {
  const pieces = (sku: string) => {
    const value = read(sku);
    const count = typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : 0;
    return Math.min(count, PIECES_MAX);
  };
  return Object.fromEntries(GOODS.map(({ sku }) => [sku, pieces(sku)]));
}

export const basketFen = (basket: Basket): Fen =>
  addFen(...GOODS.map(({ sku, fen: each }) => timesFen(fen(each), basket[sku] ?? 0)));

export const basketPieces = (basket: Basket): number => Object.values(basket).reduce((sum, count) => sum + count, 0);

export const changed = (basket: Basket, sku: string, by: number): Basket => ({
  ...basket,
  [sku]: Math.min(PIECES_MAX, Math.max(0, (basket[sku] ?? 0) + by)),
});

/** The basket as items of an order or of a quote. */
export const basketItems = (basket: Basket, names: ShopText["goods"]) =>
  GOODS.flatMap(({ sku, fen: unitAmount, category }) => {
    const quantity = basket[sku] ?? 0;
    return quantity === 0 ? [] : [{ sku: demoSku(sku), name: names[sku].name, unitAmount, category, quantity }];
  });

/** The basket in an address: `latte=1&soda=2`, in the order of the menu. */
export const basketQuery = (basket: Basket): string =>
  new URLSearchParams(GOODS.flatMap(({ sku }) => (basket[sku] ? [[sku, String(basket[sku])]] : []))).toString();
