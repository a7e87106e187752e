import { sigmoid } from "../../intelligence/learner/linear-algebra.ts";
import { NONE, type OfferArm } from "../../intelligence/learner/offer-policy.ts";
import { type Shopper, type SimulatedShop, worldOf } from "./simulated-shops.ts";

/** What an arm truly does for a shopper, in expectation over what nobody can see. */
export interface TrueEffect {
  readonly id: string;
  readonly pays: number;
  /** Expected gain of margin over offering nothing, later purchases included. */
  readonly gain: number;
  /** Expected spending of budget. */
  readonly spend: number;
}

/** For what nobody can see: the points and weights are Gauss–Hermite's, so that expectations need no draws. */
const POINTS = [
  [-2.857, 0.01126],
  [-1.356, 0.22208],
  [0, 0.53333],
  [1.356, 0.22208],
  [2.857, 0.01126],
] as const;

export function trueEffects(shop: SimulatedShop, shopper: Shopper): TrueEffect[] {
  const { ctx } = shopper;
  const paysNone = expectedPays(shop, shopper, NONE);
  const none = { id: NONE, pays: paysNone, gain: 0, spend: 0 };
  return [
    none,
    ...ctx.arms.map(({ id }) => {
      const expectedCost = shopper.trueCost[id] ?? 0;
      const pays = expectedPays(shop, shopper, id);
      const coupon = armOf(shop, id)?.kind === "coupon";
      const later = coupon ? couponTruth(shop, shopper, id) : null;
      const earned = later === null ? ctx.margin - expectedCost : ctx.margin + later.netFen;
      return { id, pays, gain: pays * earned - paysNone * ctx.margin, spend: pays * (later?.spendFen ?? expectedCost) };
    }),
  ];
}

const expectedPays = (shop: SimulatedShop, shopper: Shopper, armId: string): number =>
  POINTS.reduce((sum, [hidden, weight]) => sum + weight * pays(shop, { ...shopper, hidden }, armId), 0);

/** The probability of paying of one very shopper. */
export function pays(shop: SimulatedShop, shopper: Shopper, armId: string): number {
  const { ctx } = shopper;
  const { base, hiddenWeight } = worldOf(shop);
  const afternoon = ctx.hour >= 14 && ctx.hour < 17 ? 1 : 0;
  const [isNew, lapsed, frequency, amount, h5, weekend, early] = base;
  const without =
    shop.willingness +
    shopper.demand +
    (ctx.isNew ? isNew : 0) +
    (ctx.lapsed ? lapsed : 0) +
    frequency * Math.log1p(ctx.freq90) +
    amount * Math.log(ctx.amount / shop.amountMedianFen) +
    (ctx.channel === "h5" ? h5 : 0) +
    (ctx.weekend ? weekend : 0) +
    early * afternoon;
  return sigmoid(without + hiddenWeight * shopper.hidden + (armId === NONE ? 0 : pull(shop, shopper, armId)));
}

/** What an offer adds to the log-odds: more with its size, less and less so; and regulars tire of offers. */
function pull(shop: SimulatedShop, { ctx, responses, trueCost }: Shopper, armId: string): number {
  const arm = armOf(shop, armId);
  const cost = trueCost[armId];
  if (cost === undefined || arm === undefined) return 0;
  const { couponDose, doseScale } = worldOf(shop);
  const frequency = Math.log1p(ctx.freq90) / Math.log(13);
  const annoyed = responses.annoyance * frequency;
  const dose = 1 - Math.exp(-cost / ctx.amount / doseScale);
  const mood =
    responses.all +
    (ctx.isNew ? responses.isNew : 0) +
    (ctx.lapsed ? responses.lapsed : 0) +
    frequency * responses.frequent +
    (ctx.channel === "h5" ? responses.h5 : 0) +
    (ctx.hour >= 14 && ctx.hour < 17 ? responses.afternoon : 0) +
    (ctx.items >= 5 ? responses.manyItems : 0);
  if (arm.kind === "coupon") return (1 - couponDose) * 0.15 * responses.all + couponDose * dose * mood - annoyed;
  const taste = arm.kind === "random" ? 1.15 : 1;
  return taste * dose * mood - annoyed;
}

const armOf = (shop: SimulatedShop, id: string): OfferArm | undefined => shop.arms.find((arm) => arm.id === id);

/** How often a return coupon is redeemed, what it then costs, and what it brings on top of what would have come anyway. */
export function couponTruth(shop: SimulatedShop, { ctx }: Shopper, armId: string) {
  const value = armOf(shop, armId)?.off ?? 0;
  const [byNew, byLapsed, byOthers] = worldOf(shop).redeemed;
  const redeemed = ctx.isNew ? byNew : ctx.lapsed ? byLapsed : byOthers;
  const lift = shop.couponLift * (ctx.isNew ? 1.6 : ctx.lapsed ? 1.2 : 0.3);
  const broughtFen = lift * shop.amountMedianFen * shop.marginRate;
  return { redeemed, value, broughtFen, netFen: redeemed * (broughtFen - value), spendFen: redeemed * value };
}
