import type { OfferArm, OfferContext } from "../../intelligence/learner/offer-policy.ts";
import type { Random } from "../../intelligence/promotions/random.ts";

// Shops whose truth is known. Source: smart.md §4.4. The learner sees contexts and outcomes; what is in `Shop` it never sees.

export interface SimulatedShop {
  readonly name: string;
  readonly arms: readonly OfferArm[];
  readonly amountMedianFen: number;
  readonly amountSpread: number;
  readonly marginRate: number;
  /** Log-odds of paying without an offer. */
  readonly willingness: number;
  /** How much an offer adds to them, by who it is for. */
  readonly responses: Responses;
  /** What return coupons bring on top, as a part of a usual margin, when redeemed. */
  readonly couponLift: number;
  /** From a part of the run on, shoppers answer to offers differently. */
  readonly drift: { readonly at: number; readonly responses: Responses } | null;
  /** What differs from shop to shop beyond what is sold there; absent = as in `USUAL`. */
  readonly world?: Partial<ShopWorld>;
}

/** How a world works in which the shop stands. */
export interface ShopWorld {
  /** The discount, as a part of the amount, at which about two thirds of an offer's full effect is reached. */
  readonly doseScale: number;
  /** Weight of what nobody can see about a shopper. */
  readonly hiddenWeight: number;
  /** How much a return coupon moves this very purchase: 0 hardly at all, 1 like the same money off now. */
  readonly couponDose: number;
  /** How often return coupons are redeemed by new, lapsed and other shoppers. */
  readonly redeemed: readonly [number, number, number];
  /** What the shop believes an offer costs, as a part of what it truly costs, by arm; absent = the truth. */
  readonly costError: Readonly<Record<string, number>>;
  /** By how much the log-odds of paying without an offer change over the run: a straight line, and one wave. */
  readonly demandTrend: number;
  readonly demandWave: number;
  /** What the budget is, as a part of what somebody who knows the truth and has no budget would spend. */
  readonly budgetPart: number;
  /** Log-odds of paying: new, lapsed, log frequency, log amount, H5, weekend, afternoon. */
  readonly base: readonly [number, number, number, number, number, number, number];
}

const USUAL: ShopWorld = {
  doseScale: 0.08,
  hiddenWeight: 0.7,
  couponDose: 0,
  redeemed: [0.2, 0.25, 0.4],
  costError: {},
  demandTrend: 0,
  demandWave: 0,
  budgetPart: 0.6,
  base: [-0.8, -0.6, 0.5, -0.35, -0.5, 0.2, -0.2],
};

export const worldOf = ({ world }: SimulatedShop): ShopWorld => ({ ...USUAL, ...world });

/** What the full dose of an offer adds to the log-odds of paying, in parts that add up; annoyance comes with any offer. */
export interface Responses {
  readonly all: number;
  readonly isNew: number;
  readonly lapsed: number;
  readonly frequent: number;
  readonly h5: number;
  readonly afternoon: number;
  readonly manyItems: number;
  readonly annoyance: number;
}

export const NO_EFFECT: Responses = {
  all: 0,
  isNew: 0,
  lapsed: 0,
  frequent: 0,
  h5: 0,
  afternoon: 0,
  manyItems: 0,
  annoyance: 0,
};
const STUDENTS: Responses = {
  ...NO_EFFECT,
  all: 0.35,
  isNew: 0.4,
  lapsed: 0.9,
  frequent: -0.3,
  afternoon: 1.1,
  annoyance: 0.15,
};
const THRIFTY: Responses = {
  ...NO_EFFECT,
  all: 0.3,
  isNew: 0.6,
  lapsed: 1,
  h5: 0.5,
  manyItems: 0.6,
  frequent: -0.6,
  annoyance: 0.1,
};
const BROWSERS: Responses = {
  ...NO_EFFECT,
  all: 0.45,
  isNew: 0.5,
  h5: 1,
  manyItems: 0.7,
  frequent: -0.3,
  annoyance: 0.1,
};
const HUNTERS: Responses = {
  ...NO_EFFECT,
  all: 0.45,
  isNew: 0.1,
  lapsed: 1.3,
  h5: 0.5,
  afternoon: 0.6,
  annoyance: 0.2,
};

/** A shopper: what is observed, and what is hidden. */
export interface Shopper {
  readonly ctx: Omit<OfferContext, "budgetLeft" | "budgetSpent" | "budgetReserved">;
  readonly hidden: number;
  readonly responses: Responses;
  /** What the season adds to the log-odds of paying. */
  readonly demand: number;
  /** What each arm truly costs when the shopper pays, in expectation; `ctx.arms` says what the shop believes. */
  readonly trueCost: Readonly<Record<string, number>>;
}

const arms = (scale: number): OfferArm[] => [
  { id: "none", kind: "none" },
  { id: "small", kind: "amount", off: Math.round(200 * scale) },
  { id: "large", kind: "amount", off: Math.round(500 * scale), threshold: Math.round(3_000 * scale) },
  { id: "five", kind: "percent", bps: 500, cap: Math.round(1_000 * scale) },
  { id: "tenth", kind: "percent", bps: 1_000, cap: Math.round(1_500 * scale) },
  { id: "luck", kind: "random", min: Math.round(50 * scale), max: Math.round(450 * scale) },
  { id: "return", kind: "coupon", off: Math.round(500 * scale) },
];

export const SHOPS: readonly SimulatedShop[] = [
  {
    name: "café",
    arms: arms(1),
    amountMedianFen: 3_800,
    amountSpread: 0.5,
    marginRate: 0.6,
    willingness: 0.3,
    responses: STUDENTS,
    couponLift: 0.5,
    drift: null,
  },
  {
    name: "grocery",
    arms: arms(2),
    amountMedianFen: 9_000,
    amountSpread: 0.6,
    marginRate: 0.28,
    willingness: 0.6,
    responses: THRIFTY,
    couponLift: 0.3,
    drift: null,
  },
  {
    name: "online, drifting",
    arms: arms(3),
    amountMedianFen: 16_000,
    amountSpread: 0.7,
    marginRate: 0.4,
    willingness: -0.2,
    responses: BROWSERS,
    couponLift: 0.4,
    drift: { at: 0.6, responses: HUNTERS },
  },
  {
    name: "offers do nothing",
    arms: arms(1),
    amountMedianFen: 3_800,
    amountSpread: 0.5,
    marginRate: 0.6,
    willingness: 0.3,
    responses: NO_EFFECT,
    couponLift: 0,
    drift: null,
  },
];

/** Those where offers do something. */
export const HELPING_SHOPS: readonly SimulatedShop[] = SHOPS.filter(({ couponLift }) => couponLift !== 0);

const HOURS = [8, 9, 10, 11, 12, 12, 13, 14, 15, 15, 16, 17, 18, 18, 19, 20, 21];

export function nextShopper(
  shop: SimulatedShop,
  random: Random,
  at: { readonly t: number; readonly of: number },
): Shopper {
  const isNew = random.chance(0.3);
  const lapsed = !isNew && random.chance(0.2);
  const freq90 = isNew ? 0 : lapsed ? random.whole(0, 1) : Math.floor(Math.exp(random.unit() * 3));
  const amount = Math.max(300, Math.round(shop.amountMedianFen * Math.exp(shop.amountSpread * random.normal())));
  const rate = Math.max(0.03, shop.marginRate * (1 + 0.2 * random.normal()));
  const ctx = {
    id: `${at.t}`,
    t: at.t,
    isNew,
    lapsed,
    freq90,
    recencyDays: isNew ? null : lapsed ? random.whole(46, 180) : random.whole(1, 30),
    amount,
    margin: Math.round(amount * Math.min(0.9, rate)),
    hour: random.pick(HOURS),
    weekend: random.chance(2 / 7),
    channel: random.pick(["jsapi", "jsapi", "native", "h5"]),
    items: 1 + Math.floor(-2 * Math.log(1 - random.unit())),
    arms: [],
  };
  const drifted = shop.drift !== null && at.t >= shop.drift.at * at.of;
  const world = worldOf(shop);
  const legal = legalArms(shop, amount);
  const part = at.t / at.of;
  return {
    ctx: { ...ctx, arms: legal.map((arm) => believedCost(arm, world)) },
    hidden: random.normal(),
    responses: drifted && shop.drift !== null ? shop.drift.responses : shop.responses,
    demand: world.demandTrend * (part - 0.5) + world.demandWave * Math.sin(2 * Math.PI * part),
    trueCost: Object.fromEntries(legal.map(({ id, expectedCost }) => [id, expectedCost])),
  };
}

/** Nothing is believed to cost more than it can. */
const believedCost = (arm: OfferContext["arms"][number], { costError }: ShopWorld): OfferContext["arms"][number] => ({
  ...arm,
  expectedCost: Math.min(arm.maxCost, arm.expectedCost * (costError[arm.id] ?? 1)),
});

/** What each arm would cost this cart. The cost of a return coupon is its value times how often such coupons are redeemed. */
function legalArms(shop: SimulatedShop, amount: number): OfferContext["arms"] {
  return shop.arms.flatMap((arm) => {
    if (amount < (arm.threshold ?? 0)) return [];
    switch (arm.kind) {
      case "amount":
        return [costing(arm.id, arm.off ?? 0, arm.off ?? 0)];
      case "percent": {
        const off = Math.min(arm.cap ?? amount, Math.floor((amount * (arm.bps ?? 0)) / 10_000));
        return [costing(arm.id, off, off)];
      }
      case "random":
        return [costing(arm.id, ((arm.min ?? 0) + (arm.max ?? 0)) / 2, arm.max ?? 0)];
      case "coupon":
        return [costing(arm.id, (arm.off ?? 0) * COUPON_REDEEMED_USUALLY, arm.off ?? 0)];
      default:
        return [];
    }
  });
}

const COUPON_REDEEMED_USUALLY = 0.3;

const costing = (id: string, expectedCost: number, maxCost: number) => ({ id, expectedCost, maxCost });
