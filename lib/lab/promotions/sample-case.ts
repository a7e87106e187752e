import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { CartLine, PromotionCase } from "../../intelligence/promotions/case.ts";
import type { Random } from "../../intelligence/promotions/random.ts";

// Random carts and promotions in which promotions get in each other's way: thresholds just below and above sums, floors,
// caps, budgets that are almost enough, groups, exclusive ones, gifts. For the property test and the bench.

const CATEGORIES = ["drink", "snack", "fresh", "home"];
/** A Wednesday, 12:30 in Shanghai. */
const NOW = "2026-07-01T12:30:00+08:00";

export function sampleCase(
  random: Random,
  size: { readonly promotions: number; readonly lines: number },
): PromotionCase {
  const lines = Array.from({ length: size.lines }, (_, index) => sampleLine(random, index));
  const promotions = Array.from({ length: size.promotions }, (_, index) => samplePromotion(random, index, lines));
  const draws: Record<string, number> = {};
  for (const promotion of promotions) {
    if (promotion.type !== "random_off" || random.chance(0.1)) continue;
    draws[promotion.id] = random.whole(promotion.min, promotion.max);
  }
  const usage = Object.fromEntries(promotions.map(({ id }) => [id, random.whole(0, 2)]));
  return {
    lines,
    promotions,
    context: {
      now: NOW,
      isNewCustomer: random.chance(0.5),
      segments: random.chance(0.5) ? ["vip"] : [],
      channel: random.pick(["jsapi", "native"]),
      usage,
      draws,
      codes: random.chance(0.5) ? ["SUMMER"] : [],
      ...(random.chance(0.2) ? { minPay: random.pick([0, 1, 100, 2_000]) } : {}),
      ...(random.chance(0.3) ? { maxStack: random.whole(1, 5) } : {}),
    },
  };
}

function sampleLine(random: Random, index: number): CartLine {
  const round = random.chance(0.3);
  const unitAmount = random.chance(0.02) ? 0 : round ? random.whole(1, 30) * 100 : random.whole(1, 3_000);
  const quantity = random.chance(0.5) ? 1 : random.whole(1, 6);
  const whole = unitAmount * quantity;
  return {
    id: `line${index}`,
    sku: `sku${random.whole(0, Math.max(3, index))}`,
    categories: CATEGORIES.filter(() => random.chance(0.35)),
    unitAmount,
    quantity,
    ...(random.chance(0.25) ? { floor: Math.floor(whole * random.pick([0.3, 0.7, 0.95, 1, 1.2])) } : {}),
    ...(random.chance(0.08) ? { noPromo: true } : {}),
  };
}

function samplePromotion(random: Random, index: number, lines: readonly CartLine[]): PromotionInput {
  const scope = sampleScope(random, lines);
  const reach = reachOf(scope, lines);
  const common = {
    // Not in the order of their numbers, so that priority and id pull in different directions.
    id: `${random.pick(["a", "b", "B", "z"])}${index}`,
    priority: random.whole(0, 3),
    ...(scope === undefined ? {} : { scope }),
    ...sampleThreshold(random, reach),
    ...sampleLimits(random, reach),
    ...sampleAudience(random),
  };
  const around = Math.max(1, Math.floor(reach * random.pick([0.02, 0.05, 0.1, 0.3])));
  return sampleType(random, common, { around, lines, reach });
}

type Common = Pick<PromotionInput, "id" | "priority">;

function sampleType(
  random: Random,
  common: Common,
  near: { readonly around: number; readonly lines: readonly CartLine[]; readonly reach: number },
): PromotionInput {
  const { around, lines, reach } = near;
  const phase = random.pick(["item", "order", "order", "channel"] as const);
  const payBps = random.pick([0, 5_000, 8_800, 9_000, 9_500, 9_999]);
  const times = random.chance(0.4) ? { maxTimes: random.whole(1, 3) } : {};
  switch (random.whole(0, 9)) {
    case 0:
    case 1:
      return { ...common, phase, type: "amount_off", off: around };
    case 2: {
      const amount = Math.max(1, Math.floor(reach / random.whole(1, 4)));
      return { ...common, phase, type: "amount_off", off: around, every: true, threshold: { amount }, ...times };
    }
    case 3: {
      const tiers = [0.4, 0.8, 1, 1.2].map((part, step) => ({
        threshold: Math.max(1, Math.floor(reach * part)),
        off: around * (step + 1),
      }));
      return { ...common, phase: phase === "item" ? "item" : "order", type: "tiered_off", tiers };
    }
    case 4:
    case 5:
      return { ...common, phase, type: "percent_off", payBps };
    case 6:
      return { ...common, phase: "channel", type: "random_off", min: 1, max: around };
    case 7:
      return { ...common, phase: "item", type: "nth_discount", n: random.whole(1, 3), payBps, ...times };
    case 8:
      return random.chance(0.5)
        ? { ...common, phase: "item", type: "buy_get", buy: random.whole(1, 3), get: random.whole(1, 2), ...times }
        : {
            ...common,
            phase: "item",
            type: "bundle_price",
            n: random.whole(2, 4),
            price: random.whole(0, 5_000),
            ...times,
          };
    default:
      return { ...common, phase: "item", type: "gift", gift: { sku: random.pick(lines).sku, qty: random.whole(1, 3) } };
  }
}

function sampleScope(random: Random, lines: readonly CartLine[]): PromotionInput["scope"] {
  if (random.chance(0.4)) return undefined;
  return {
    ...(random.chance(0.3) ? { skus: [random.pick(lines).sku, random.pick(lines).sku] } : {}),
    ...(random.chance(0.5) ? { categories: [random.pick(CATEGORIES)] } : {}),
    ...(random.chance(0.15) ? { excludeSkus: [random.pick(lines).sku] } : {}),
    ...(random.chance(0.15) ? { excludeCategories: [random.pick(CATEGORIES)] } : {}),
  };
}

/** What the lines that a scope is likely to cover cost: close enough to place thresholds near it. */
function reachOf(scope: PromotionInput["scope"], lines: readonly CartLine[]): number {
  const covered = lines.filter(
    ({ sku, categories }) =>
      (scope?.skus === undefined && scope?.categories === undefined) ||
      scope.skus?.includes(sku) ||
      scope.categories?.some((category) => categories.includes(category)),
  );
  return covered.reduce((sum, { unitAmount, quantity }) => sum + unitAmount * quantity, 0);
}

function sampleThreshold(random: Random, reach: number): Pick<PromotionInput, "threshold" | "thresholdBase"> {
  const amount = Math.max(1, Math.floor(reach * random.pick([0.3, 0.6, 0.85, 0.95, 1, 1.01])));
  return {
    ...(random.chance(0.5)
      ? { threshold: { amount, ...(random.chance(0.15) ? { qty: random.whole(1, 6) } : {}) } }
      : random.chance(0.2)
        ? { threshold: { qty: random.whole(1, 6) } }
        : {}),
    ...(random.chance(0.2) ? { thresholdBase: random.pick(["original", "running"] as const) } : {}),
  };
}

function sampleLimits(random: Random, reach: number) {
  const part = (fraction: number) => Math.max(1, Math.floor(reach * fraction));
  return {
    ...(random.chance(0.2) ? { cap: part(random.pick([0.01, 0.05, 0.1])) } : {}),
    ...(random.chance(0.35) ? { group: random.pick(["coupon", "card"]) } : {}),
    ...(random.chance(0.1) ? { exclusive: true } : {}),
    ...(random.chance(0.2) ? { budgetLeft: random.chance(0.1) ? 0 : part(random.pick([0.03, 0.1, 0.2])) } : {}),
    ...(random.chance(0.1) ? { limitPerUser: random.whole(1, 2) } : {}),
  };
}

function sampleAudience(random: Random): Pick<PromotionInput, "audience" | "window" | "code"> {
  return {
    ...(random.chance(0.08)
      ? { audience: random.pick([{ newCustomer: true }, { segments: ["vip"] }, { channels: ["jsapi"] }]) }
      : {}),
    ...(random.chance(0.08)
      ? {
          window: random.pick<NonNullable<PromotionInput["window"]>>([
            { end: NOW },
            { start: NOW },
            { days: [3, 4] },
            { days: [6, 7] },
            { hours: [["11:00", "12:30"]] },
            { hours: [["12:30", "14:00"]] },
          ]),
        }
      : {}),
    ...(random.chance(0.05) ? { code: "SUMMER" } : {}),
  };
}
