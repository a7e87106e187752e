import type { PromotionCase } from "./case.ts";

/** The cart as columns, as the search reads it. */
export interface CartColumns {
  readonly size: number;
  readonly original: Float64Array;
  readonly unitAmount: Float64Array;
  readonly quantity: Float64Array;
  readonly floor: Float64Array;
  readonly total: number;
  readonly minPay: number;
}

export function cartOf({ lines, context }: PromotionCase): CartColumns {
  const original = Float64Array.from(lines, (line) => line.unitAmount * line.quantity);
  return {
    size: lines.length,
    original,
    unitAmount: Float64Array.from(lines, (line) => line.unitAmount),
    quantity: Float64Array.from(lines, (line) => line.quantity),
    floor: Float64Array.from(lines, (line) => line.floor ?? 0),
    total: original.reduce((sum, amount) => sum + amount, 0),
    minPay: context.minPay ?? 1,
  };
}

/** What is left to pay after the promotions so far, line by line. */
export interface Standing {
  readonly rest: Float64Array;
  /** 1 where an item promotion has taken the line. */
  readonly claimed: Uint8Array;
  taken: number;
}

export const untouched = (cart: CartColumns): Standing => ({
  rest: Float64Array.from(cart.original),
  claimed: new Uint8Array(cart.size),
  taken: 0,
});

export function copyStanding(from: Standing, to: Standing): void {
  to.rest.set(from.rest);
  to.claimed.set(from.claimed);
  to.taken = from.taken;
}
