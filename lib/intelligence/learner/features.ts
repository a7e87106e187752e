import { NONE, type OfferArm, type OfferContext } from "./offer-policy.ts";

// Source: smart.md §4.1.2. One model for all arms: what a fen of discount does is learned once, not once per arm.

const BASE = 13;
const DOSE = 7;
/** Offer × frequency, and an amount just under the threshold of the arm. */
const EXTRA = 2;

export const DOSE_FROM = BASE;
/** How far a return coupon's dose differs from that of the same money off now. */
export const COUPON_AT = BASE + DOSE;
export const EXTRA_FROM = COUPON_AT + 1;
export const ARMS_FROM = EXTRA_FROM + EXTRA;

/** Money off later moves a purchase less than money off now; by how much less is learned, and this is where it begins. */
const COUPON_DOSE = 0.6;

const DOSE_SCALE = 0.08;
const USUAL_AMOUNT_FEN = 5_000;
/** How far below a threshold still counts as just under it. */
const JUST_UNDER = 0.75;
const MANY_ITEMS = 5;

export const featureCount = (arms: readonly OfferArm[]): number => ARMS_FROM + arms.length;

/** What the shopper and the cart say, for any offer. */
export function baseFeatures(ctx: OfferContext): number[] {
  const between = (from: number, to: number) => flag(ctx.hour >= from && ctx.hour < to);
  return [
    1,
    flag(ctx.isNew),
    flag(ctx.lapsed),
    frequency(ctx),
    clamp(Math.log(Math.max(1, ctx.amount) / USUAL_AMOUNT_FEN), 2.5),
    clamp(ctx.margin / Math.max(1, ctx.amount) - 0.4, 1),
    flag(ctx.channel === "h5"),
    flag(ctx.channel === "native"),
    between(11, 14),
    between(14, 17),
    between(17, 22),
    flag(ctx.weekend),
    flag(ctx.items >= MANY_ITEMS),
  ];
}

/** @param offer null for `none`; its cost is what the shop says, which is what the shopper sees */
export function armFeatures(
  ctx: OfferContext,
  arms: readonly OfferArm[],
  offer: { readonly id: string; readonly expectedCost: number } | null,
): Float64Array {
  const features = new Float64Array(featureCount(arms));
  features.set(baseFeatures(ctx));
  if (offer === null || offer.id === NONE) return features;
  const at = arms.findIndex((arm) => arm.id === offer.id);
  const arm = arms[at];
  if (arm === undefined) return features;
  const isCoupon = arm.kind === "coupon";
  const full = 1 - Math.exp(-offer.expectedCost / Math.max(1, ctx.amount) / DOSE_SCALE);
  const dose = isCoupon ? COUPON_DOSE * full : full;
  const moods = [1, flag(ctx.isNew), flag(ctx.lapsed), frequency(ctx), flag(ctx.channel === "h5")];
  const afternoon = flag(ctx.hour >= 14 && ctx.hour < 17);
  features.set(
    [...moods, afternoon, flag(ctx.items >= MANY_ITEMS)].map((mood) => mood * dose),
    DOSE_FROM,
  );
  features[COUPON_AT] = isCoupon ? full : 0;
  features.set([frequency(ctx), justUnder(arm, ctx.amount)], EXTRA_FROM);
  features[ARMS_FROM + at] = 1;
  return features;
}

const justUnder = ({ threshold }: OfferArm, amount: number): number =>
  flag(threshold !== undefined && amount < threshold && amount >= JUST_UNDER * threshold);

/** 0 for a stranger, about 1 for someone who comes every week. */
const frequency = ({ freq90 }: OfferContext): number => Math.min(1.5, Math.log1p(Math.max(0, freq90)) / Math.log(13));

const flag = (holds: boolean): number => (holds ? 1 : 0);
const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
