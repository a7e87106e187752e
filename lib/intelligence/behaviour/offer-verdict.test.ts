import { expect, test } from "vitest";
import { Random } from "../promotions/random.ts";
import { type OfferTrial, offerVerdict } from "./offer-verdict.ts";

// Goal: known data gives the advice that a shopkeeper should follow.

interface Truth {
  readonly trials: number;
  /** How many of a hundred shoppers pay without the offer, and with it. */
  readonly pays: readonly [without: number, withIt: number];
  readonly costFen: number;
  readonly pNone?: number;
}
const MARGIN_FEN = 1_000;

/** Half of the decisions that this offer or none may get, unless told otherwise; a third offer takes a fifth of all. */
function shop({ trials, pays: [without, withIt], costFen, pNone = 0.4 }: Truth): OfferTrial[] {
  const random = new Random(`${trials}/${without}/${withIt}`);
  const pOffer = 0.8 - pNone;
  return Array.from({ length: trials }, () => {
    const isOffered = !random.chance(pNone / (pNone + pOffer));
    const isPaid = random.chance((isOffered ? withIt : without) / 100);
    return {
      ...{ shopperId: null, isOffered, pNone, pOffer, amount: 3_000, frequency: 1, segment: "other" as const },
      netMargin: isPaid ? MARGIN_FEN - (isOffered ? costFen : 0) : 0,
      cost: isPaid && isOffered ? costFen : 0,
    };
  });
}

test("an offer that brings more than it costs: keep it", () => {
  const verdict = offerVerdict(shop({ trials: 2_000, pays: [50, 75], costFen: 100 }));
  expect(verdict).toMatchObject({ advice: "keep", moreOrders: null });
  // Half of the shoppers got it, each of whom brought 0.75 · 900 − 0.50 · 1,000 = 175 more.
  expect(verdict.figures.perShopper?.value).toBeGreaterThan(60);
  expect(verdict.figures.perShopper?.value).toBeLessThan(115);
});

test("an offer for those who pay anyway: stop it, it loses money", () => {
  const verdict = offerVerdict(shop({ trials: 2_000, pays: [80, 80], costFen: 300 }));
  expect(verdict).toMatchObject({ advice: "stop", because: "loss" });
});

test("an offer that changes nothing and costs next to nothing: stop it, it makes no difference", () => {
  const verdict = offerVerdict(shop({ trials: 3_000, pays: [100, 100], costFen: 0 }));
  expect(verdict).toMatchObject({ advice: "stop", because: "no_difference" });
});

test("too few orders to say: wait, and for about as many as it then takes", () => {
  const truth = { pays: [50, 56], costFen: 50 } as const;
  const few = offerVerdict(shop({ trials: 150, ...truth }));
  expect(few.advice).toBe("wait");
  expect(few.moreOrders).toBeGreaterThan(0);
  // With an interval of half width h around v it takes n · (h / max(|v|, 2 % of the base))² orders in all.
  const { perShopper, basePerShopper, decisions } = few.figures;
  const half = ((perShopper?.high ?? 0) - (perShopper?.low ?? 0)) / 2;
  const target = Math.max(Math.abs(perShopper?.value ?? 0), 0.02 * (basePerShopper ?? 0));
  const exact = decisions * ((half / target) ** 2 - 1);
  expect((few.moreOrders ?? 0) / exact).toBeGreaterThanOrEqual(1);
  expect((few.moreOrders ?? 0) / exact).toBeLessThan(1.11);
});

test("without a hold-out nothing is claimed: so many orders until it has five shoppers", () => {
  const offered = shop({ trials: 200, pays: [50, 90], costFen: 10 }).filter(({ isOffered }) => isOffered);
  const four = shop({ trials: 200, pays: [50, 90], costFen: 10 })
    .filter(({ isOffered }) => !isOffered)
    .slice(0, 4);
  const verdict = offerVerdict([...offered.slice(0, 96), ...four]);
  // One of the control is missing, and one of 25 is of the control.
  expect(verdict).toMatchObject({ advice: "wait", moreOrders: 25 });
  expect(verdict.figures.perShopper).toBeNull();
  expect(offerVerdict([])).toMatchObject({ advice: "wait", moreOrders: null });
});
