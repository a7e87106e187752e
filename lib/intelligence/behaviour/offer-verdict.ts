import { SHOPPERS_PER_FIGURE_MIN } from "#lib/base/behaviour-limits.ts";
import { type Uplift, type UpliftRow, uplift } from "./uplift.ts";

/** What a shopkeeper is to do about an offer. */
export interface OfferVerdict {
  readonly advice: "keep" | "stop" | "wait";
  /** Why to stop. */
  readonly because?: "loss" | "no_difference";
  /** Orders to wait for, about; null when there is nothing to reckon from, or more than anybody waits for. */
  readonly moreOrders: number | null;
  readonly figures: Uplift;
}

/** A decision that could have gone to this offer or to none. */
export interface OfferTrial extends Omit<UpliftRow, "arm"> {
  readonly isOffered: boolean;
  /** The probability with which this offer was to be drawn. */
  readonly pOffer: number;
}

/** As `uplift` has it: an interval this narrow beside the base margin is known well enough. */
const KNOWN_WITHIN = 0.02;
const ORDERS_WAITED_MAX = 100_000;
/** A group rarer than this is reckoned as this rare. */
const RARE = 0.02;

/**
 * The verdict on one offer from its own hold-out. Among the decisions that went to it or to none, none was drawn with
 * p(none) / (p(none) + p(offer)): the control stands for the others by that.
 */
export function offerVerdict(trials: readonly OfferTrial[], resamples = 200): OfferVerdict {
  const rows = trials.map(({ isOffered, pOffer, pNone, ...row }) => ({
    ...row,
    arm: isOffered ? "offer" : "none",
    pNone: pNone / (pNone + pOffer),
  }));
  const figures = uplift(rows, { seed: "offer", resamples });
  switch (figures.verdict) {
    case "gain":
      return { advice: "keep", moreOrders: null, figures };
    case "loss":
    case "no_difference":
      return { advice: "stop", because: figures.verdict, moreOrders: null, figures };
    case "not_yet_known":
      return { advice: "wait", moreOrders: ordersToWaitFor(figures), figures };
  }
}

/** An interval narrows with the square root of the orders: until it leaves 0 out, or is narrow enough to say "no difference". */
function ordersToWaitFor({ decisions, treated, control, perShopper, basePerShopper }: Uplift): number | null {
  if (decisions === 0) return null;
  if (perShopper === null || basePerShopper === null) {
    const missing = [treated, control].map((count) => {
      const lacking = Math.max(0, SHOPPERS_PER_FIGURE_MIN - count);
      return lacking / Math.max(RARE, count / decisions);
    });
    return rounded(Math.max(...missing));
  }
  const half = (perShopper.high - perShopper.low) / 2;
  const target = Math.max(Math.abs(perShopper.value), KNOWN_WITHIN * Math.abs(basePerShopper));
  if (target === 0) return null;
  const more = decisions * ((half / target) ** 2 - 1);
  return more > ORDERS_WAITED_MAX ? null : rounded(Math.max(1, more));
}

/** Two figures are as much as can be known, rounded up. */
function rounded(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.ceil(count / step) * step;
}
