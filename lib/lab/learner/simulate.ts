import {
  NONE,
  type OfferChoice,
  type OfferContext,
  type OfferOutcome,
} from "../../intelligence/learner/offer-policy.ts";
import { Random } from "../../intelligence/promotions/random.ts";
import type { Population } from "./oracle.ts";
import type { Shopper } from "./simulated-shops.ts";
import { couponTruth, pays } from "./true-effects.ts";

/** What the simulator drives: the learner's interface, at once. */
export interface SimulatedPolicy {
  decide(ctx: OfferContext): OfferChoice;
  update(outcome: OfferOutcome): void;
}

export interface RunFigures {
  readonly gain: number;
  readonly spent: number;
  readonly violations: number;
  readonly pNoneMin: number;
  readonly decisionMs: readonly number[];
}

interface SimulationBooks {
  spent: number;
  reserved: number;
}

interface Due {
  readonly outcome: OfferOutcome;
  readonly release: number;
}

/** Plays one policy against one population: outcomes come late, money is reserved at its most until they do. */
export function runPolicy(
  policy: SimulatedPolicy,
  population: Population,
  { seed, nowMs }: { readonly seed: string; readonly nowMs: () => number },
): RunFigures {
  const { shoppers, effects, budgetFen } = population;
  const random = new Random(`outcomes/${seed}`);
  const books: SimulationBooks = { spent: 0, reserved: 0 };
  const due = new Map<number, Due[]>();
  const decisionMs: number[] = [];
  let [gain, violations, pNoneMin] = [0, 0, 1];
  shoppers.forEach((shopper, t) => {
    for (const each of due.get(t) ?? []) settle(each, books, policy);
    due.delete(t);
    const left = budgetFen - books.spent - books.reserved;
    const ctx = { ...shopper.ctx, budgetLeft: left, budgetSpent: books.spent, budgetReserved: books.reserved };
    const from = nowMs();
    const choice = policy.decide(ctx);
    decisionMs.push(nowMs() - from);
    pNoneMin = Math.min(pNoneMin, choice.pNone);
    const offer = shopper.ctx.arms.find(({ id }) => id === choice.arm);
    if ((offer?.maxCost ?? 0) > left || (offer?.maxCost ?? 0) > ctx.margin) violations += 1;
    books.reserved += offer?.maxCost ?? 0;
    gain += effects[t]?.find(({ id }) => id === choice.arm)?.gain ?? 0;
    for (const [delay, each] of happen(population, { shopper, ctx, choice, random })) {
      due.set(t + delay, [...(due.get(t + delay) ?? []), each]);
    }
    if (books.spent + books.reserved > budgetFen) violations += 1;
  });
  return { gain, spent: books.spent, violations, pNoneMin, decisionMs };
}

function settle({ outcome, release }: Due, books: SimulationBooks, policy: SimulatedPolicy): void {
  books.reserved -= release;
  books.spent += outcome.costFen;
  policy.update(outcome);
}

/** What the decision will lead to, and after how many more shoppers it is known. */
function happen(
  { shop }: Population,
  now: { readonly shopper: Shopper; readonly ctx: OfferContext; readonly choice: OfferChoice; readonly random: Random },
): [number, Due][] {
  const { shopper, ctx, choice, random } = now;
  const { arm, propensity } = choice;
  const made = { id: ctx.id, ctx, arm, propensity };
  const offer = ctx.arms.find(({ id }) => id === arm);
  const most = offer?.maxCost ?? 0;
  const paid = random.chance(pays(shop, shopper, arm));
  const kind = shop.arms.find(({ id }) => id === arm)?.kind ?? NONE;
  if (!paid) {
    const outcome = { ...made, kind: "pay" as const, converted: false, netMarginFen: 0, costFen: 0 };
    return [[random.whole(60, 120), { outcome, release: most }]];
  }
  const soon = random.whole(1, 15);
  if (kind !== "coupon") {
    const range = shop.arms.find(({ id }) => id === arm);
    const cost =
      kind === "random" ? random.whole(range?.min ?? 0, range?.max ?? 0) : Math.round(shopper.trueCost[arm] ?? 0);
    const outcome = { ...made, kind: "pay" as const, converted: true, netMarginFen: ctx.margin - cost, costFen: cost };
    return [[soon, { outcome, release: most }]];
  }
  const truth = couponTruth(shop, shopper, arm);
  const redeemed = random.chance(truth.redeemed);
  const brought = Math.round(truth.broughtFen * (0.5 + random.unit()));
  const pay = { ...made, kind: "pay" as const, converted: true, netMarginFen: ctx.margin, costFen: 0 };
  const later: OfferOutcome = {
    ...made,
    kind: "coupon",
    converted: redeemed,
    netMarginFen: redeemed ? brought - truth.value : 0,
    costFen: redeemed ? truth.value : 0,
  };
  return [
    [soon, { outcome: pay, release: 0 }],
    [random.whole(200, 1_400), { outcome: later, release: most }],
  ];
}
