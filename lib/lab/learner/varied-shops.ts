import type { OfferArm } from "../../intelligence/learner/offer-policy.ts";
import { Random } from "../../intelligence/promotions/random.ts";
import { HELPING_SHOPS, NO_EFFECT, type Responses, type SimulatedShop } from "./simulated-shops.ts";

// Worlds that the learner was not made for: every number that the shops of `simulated-shops.ts` hold fixed is drawn anew, so that
// nothing can be fitted to one of them.

const WRONG_BY = 0.3;

/** A shop in a world of its own. @param seed the same seed gives the same world */
export function drawnShop(seed: number | string): SimulatedShop {
  const random = new Random(`world/${seed}`);
  const between = (from: number, to: number) => from + (to - from) * random.unit();
  const like = random.pick(HELPING_SHOPS);
  const responses = (): Responses => ({
    all: between(0.2, 0.9),
    isNew: between(-0.2, 0.9),
    lapsed: between(-0.2, 1.4),
    frequent: between(-0.7, 0.2),
    h5: between(-0.2, 0.9),
    afternoon: between(-0.2, 1),
    manyItems: between(-0.2, 0.8),
    annoyance: between(0, 0.25),
  });
  const arms = drawnArms(random, like.amountMedianFen / 3_800);
  const costError = Object.fromEntries(arms.map(({ id }) => [id, between(1 - WRONG_BY, 1 + WRONG_BY)]));
  return {
    name: `drawn ${seed}`,
    arms,
    amountMedianFen: Math.round(like.amountMedianFen * between(0.6, 1.6)),
    amountSpread: between(0.35, 0.8),
    marginRate: between(0.25, 0.65),
    willingness: between(-0.6, 0.7),
    responses: responses(),
    couponLift: between(0.1, 0.8),
    drift: random.chance(0.4) ? { at: between(0.3, 0.7), responses: responses() } : null,
    world: {
      doseScale: between(0.05, 0.14),
      hiddenWeight: between(0.3, 1.1),
      couponDose: random.chance(0.5) ? 1 : random.chance(0.5) ? 0 : between(0, 1),
      redeemed: [between(0.1, 0.4), between(0.1, 0.4), between(0.2, 0.6)],
      costError: random.chance(0.5) ? costError : {},
      demandTrend: random.chance(0.5) ? between(-0.8, 0.8) : 0,
      demandWave: random.chance(0.5) ? between(-0.4, 0.4) : 0,
      budgetPart: between(0.4, 0.8),
      base: [
        ...([between(-1.2, 0.2), between(-1, 0.2), between(0.1, 0.7), between(-0.6, 0)] as const),
        ...([between(-0.8, 0.2), between(-0.2, 0.4), between(-0.4, 0.2)] as const),
      ],
    },
  };
}

/** Some offers of each kind, with and without a threshold, in no fixed number. */
function drawnArms(random: Random, scale: number): OfferArm[] {
  const off = (from: number, to: number) => Math.round((scale * random.whole(from, to)) / 10) * 10;
  const threshold = () => (random.chance(0.5) ? { threshold: off(2_000, 6_000) } : {});
  const all: OfferArm[] = [
    { id: "small", kind: "amount", off: off(100, 300), ...threshold() },
    { id: "large", kind: "amount", off: off(350, 800), ...threshold() },
    { id: "five", kind: "percent", bps: random.whole(3, 7) * 100, cap: off(600, 1_500) },
    { id: "tenth", kind: "percent", bps: random.whole(8, 15) * 100, cap: off(1_000, 2_500), ...threshold() },
    { id: "luck", kind: "random", min: off(30, 100), max: off(200, 600) },
    { id: "return", kind: "coupon", off: off(300, 900) },
    { id: "return-small", kind: "coupon", off: off(150, 300) },
  ];
  return [{ id: "none", kind: "none" }, ...all.filter(() => random.chance(0.75))];
}

/** A world like the others in which no offer ever changes anything. */
export const shopWithoutEffect = (seed: number | string): SimulatedShop => ({
  ...drawnShop(`deaf/${seed}`),
  name: `deaf ${seed}`,
  responses: NO_EFFECT,
  couponLift: 0,
  drift: null,
});

/** The known shops with one thing changed each: coupons with a dose, costs estimated too high or too low, demand that drifts. Names are part of the seeds. */
export const variedShops = (): SimulatedShop[] =>
  HELPING_SHOPS.flatMap((shop) => {
    const costError = (part: number) => Object.fromEntries(shop.arms.map(({ id }) => [id, part]));
    return [
      { ...shop, name: `${shop.name}, coupons with dose`, world: { couponDose: 1 } },
      { ...shop, name: `${shop.name}, costs told 30 % too low`, world: { costError: costError(1 - WRONG_BY) } },
      {
        ...shop,
        name: `${shop.name}, costs told 30 % too high`,
        world: { couponDose: 1, costError: costError(1 + WRONG_BY) },
      },
      { ...shop, name: `${shop.name}, demand drifts`, world: { couponDose: 1, demandTrend: -0.8, demandWave: 0.4 } },
    ];
  });
