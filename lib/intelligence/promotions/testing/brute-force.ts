import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { CartLine, PromotionCase, PromotionContext } from "../case.ts";

// The rules of smart.md §3.2–3.3 written a second time, as plainly as can be: units listed one by one, BigInt wherever
// something is divided, every subset tried. It shares no evaluation code with the engine, or it would prove nothing.

export interface BruteAnswer {
  total: number;
  applied: { id: string; discount: number; lines: number[] }[];
  lineDiscounts: number[];
}

export function bruteForce({ lines, promotions, context }: PromotionCase): BruteAnswer {
  const rank = { item: 0, order: 1, channel: 2 };
  const valid = promotions
    .filter((p) => passes(p, context))
    .sort((p, q) =>
      p.phase !== q.phase
        ? rank[p.phase] - rank[q.phase]
        : p.priority !== q.priority
          ? (p.priority ?? 0) - (q.priority ?? 0)
          : p.id < q.id
            ? -1
            : 1,
    );
  let best: BruteAnswer = { total: 0, applied: [], lineDiscounts: lines.map(() => 0) };
  for (let mask = 1; mask < 2 ** valid.length; mask++) {
    const chosen = valid.filter((_, i) => Math.floor(mask / 2 ** i) % 2 === 1);
    if (chosen.length > 1 && chosen.some((p) => p.exclusive)) continue;
    const groups = chosen.flatMap((p) => (p.group ? [p.group] : []));
    if (new Set(groups).size < groups.length) continue;
    const answer = evaluate(lines, chosen, context);
    if (answer.applied.length <= (context.maxStack ?? 4) && isBetter(answer, best)) best = answer;
  }
  return best;
}

function isBetter(a: BruteAnswer, b: BruteAnswer): boolean {
  if (a.total !== b.total) return a.total > b.total;
  if (a.applied.length !== b.applied.length) return a.applied.length < b.applied.length;
  for (const [i, { id }] of a.applied.entries()) if (id !== b.applied[i]?.id) return id < (b.applied[i]?.id ?? "");
  return false;
}

function passes(p: PromotionInput, context: PromotionContext): boolean {
  const now = new Date(context.now).getTime();
  const beijing = new Date(now + 8 * 3600_000);
  const w = p.window;
  if (w?.start && now < new Date(w.start).getTime()) return false;
  if (w?.end && now >= new Date(w.end).getTime()) return false;
  if (w?.days && !w.days.includes(beijing.getUTCDay() === 0 ? 7 : beijing.getUTCDay())) return false;
  const clock = beijing.toISOString().slice(11, 16);
  if (w?.hours && !w.hours.some(([from, to]) => clock >= from && clock < to)) return false;
  const who = p.audience;
  if (who?.newCustomer !== undefined && who.newCustomer !== context.isNewCustomer) return false;
  if (who?.segments && !who.segments.some((s) => (context.segments ?? []).includes(s))) return false;
  if (who?.scenes && !who.scenes.some((s) => s === context.scene)) return false;
  if (who?.channels && !who.channels.some((c) => c === context.channel)) return false;
  if ((p.code || p.needsCode) && !(context.codes ?? []).includes(p.code ?? "")) return false;
  if (p.limitPerUser && (context.usage?.[p.id] ?? 0) >= p.limitPerUser) return false;
  return !(p.type === "random_off" && context.draws?.[p.id] === undefined);
}

function inScope(p: PromotionInput, line: CartLine): boolean {
  if (line.noPromo) return false;
  if (p.type === "gift" && line.sku === p.gift.sku) return false;
  const s = p.scope ?? {};
  if (s.excludeSkus?.includes(line.sku)) return false;
  if (s.excludeCategories?.some((c) => line.categories.includes(c))) return false;
  if (!s.skus && !s.categories) return true;
  return Boolean(s.skus?.includes(line.sku) || s.categories?.some((c) => line.categories.includes(c)));
}

function evaluate(lines: readonly CartLine[], chosen: PromotionInput[], context: PromotionContext): BruteAnswer {
  const rest = lines.map((l) => l.unitAmount * l.quantity);
  const claimed = lines.map(() => false);
  const applied: BruteAnswer["applied"] = [];
  for (const p of chosen) {
    const inItem = p.phase === "item";
    const eligible = lines.flatMap((l, i) => (inScope(p, l) && at(rest, i) > 0 && !(inItem && claimed[i]) ? [i] : []));
    if (eligible.length === 0) continue;
    const running = sum(eligible.map((i) => at(rest, i)));
    const original = sum(eligible.map((i) => at(lines, i).unitAmount * at(lines, i).quantity));
    const t = p.thresholdBase === "original" ? original : running;
    if (p.threshold?.amount !== undefined && t < p.threshold.amount) continue;
    if (p.threshold?.qty !== undefined && sum(eligible.map((i) => at(lines, i).quantity)) < p.threshold.qty) continue;
    const headroom = lines.map((l, i) => Math.max(0, at(rest, i) - (l.floor ?? 0)));
    const payable = sum(rest) - (context.minPay ?? 1);
    const limit = Math.max(0, Math.min(p.cap ?? Infinity, payable));
    const giftLines =
      p.type === "gift" ? lines.flatMap((l, i) => (l.sku === p.gift.sku && !l.noPromo && !claimed[i] ? [i] : [])) : [];
    let take = lines.map(() => 0);
    const single = oneAmount(p, t, running, context);
    if (single !== null) {
      const weights = lines.map((_, i) => (eligible.includes(i) ? at(headroom, i) : 0));
      take = hamilton(Math.min(single, limit, sum(weights)), weights);
    } else {
      take = perUnit(p, lines, p.type === "gift" ? giftLines : eligible).map((d, i) => Math.min(d, at(headroom, i)));
      if (sum(take) > limit) take = hamilton(limit, take);
    }
    const discount = sum(take);
    if (discount === 0 || (p.budgetLeft != null && discount > p.budgetLeft)) continue;
    for (const i of lines.keys()) rest[i] = at(rest, i) - at(take, i);
    if (inItem) for (const i of p.type === "gift" ? giftLines : eligible) claimed[i] = true;
    applied.push({ id: p.id, discount, lines: take });
  }
  return {
    total: sum(applied.map((each) => each.discount)),
    applied,
    lineDiscounts: lines.map((l, i) => l.unitAmount * l.quantity - at(rest, i)),
  };
}

function oneAmount(p: PromotionInput, t: number, running: number, context: PromotionContext): number | null {
  if (p.type === "amount_off") {
    if (!p.every || !p.threshold?.amount) return p.off;
    return p.off * Math.min(Number(BigInt(t) / BigInt(p.threshold.amount)), p.maxTimes ?? Infinity);
  }
  if (p.type === "tiered_off") return Math.max(0, ...p.tiers.filter((x) => x.threshold <= t).map((x) => x.off));
  if (p.type === "percent_off") return Number((BigInt(running) * BigInt(10000 - p.payBps)) / 10000n);
  if (p.type === "random_off") return context.draws?.[p.id] ?? 0;
  return null;
}

function perUnit(p: PromotionInput, lines: readonly CartLine[], touchable: number[]): number[] {
  const take = lines.map(() => 0);
  const units = touchable.flatMap((i) => Array.from({ length: at(lines, i).quantity }, () => i));
  if (p.type === "gift") {
    for (const i of units.slice(0, p.gift.qty)) take[i] = at(take, i) + at(lines, i).unitAmount;
    return take;
  }
  units.sort((i, j) => at(lines, j).unitAmount - at(lines, i).unitAmount || i - j);
  const size = p.type === "buy_get" ? p.buy + p.get : p.type === "nth_discount" || p.type === "bundle_price" ? p.n : 0;
  const times = "maxTimes" in p ? (p.maxTimes ?? Infinity) : Infinity;
  for (let g = 0; (g + 1) * size <= units.length && g < times; g++) {
    const group = units.slice(g * size, (g + 1) * size);
    const prices = group.map((i) => at(lines, i).unitAmount);
    let off = group.map(() => 0);
    if (p.type === "buy_get") off = prices.map((price, k) => (k >= p.buy ? price : 0));
    if (p.type === "nth_discount") {
      off[size - 1] = Number((BigInt(at(prices, size - 1)) * BigInt(10000 - p.payBps)) / 10000n);
    }
    if (p.type === "bundle_price" && sum(prices) > p.price) off = hamilton(sum(prices) - p.price, prices);
    for (const [k, i] of group.entries()) take[i] = at(take, i) + at(off, k);
  }
  return take;
}

/** Largest remainder: give out one fen after the other to the line furthest below its exact share. */
function hamilton(total: number, weights: number[]): number[] {
  const whole = BigInt(sum(weights));
  if (total <= 0 || whole === 0n) return weights.map(() => 0);
  const shares = weights.map((w) => Number((BigInt(total) * BigInt(w)) / whole));
  const lacking = weights.map((w, i) => BigInt(total) * BigInt(w) - BigInt(at(shares, i)) * whole);
  while (sum(shares) < total) {
    let luckiest = 0;
    for (const i of lacking.keys()) if (at(lacking, i) > at(lacking, luckiest)) luckiest = i;
    shares[luckiest] = at(shares, luckiest) + 1;
    lacking[luckiest] = -1n;
  }
  return shares;
}

function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
