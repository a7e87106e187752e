import type { PromotionOf } from "../case.ts";
import { mulDivFloor } from "../share-out.ts";
import { groupedUnits, type Runs } from "./runs.ts";

interface Part {
  readonly line: number;
  readonly unitAmount: number;
  readonly count: number;
}

/** 任选N件X元: what a group costs above the price is spread over its units by what they cost. */
export function bundlePrice(promotion: PromotionOf<"bundle_price">, runs: Runs, perLine: Float64Array): void {
  const { n, price, maxTimes } = promotion;
  let groups = groupedUnits(runs, n, maxTimes) / n;
  let used = 0; // of the run at hand
  for (let i = 0; i < runs.size && groups > 0; ) {
    const left = (runs.count[i] ?? 0) - used;
    const whole = Math.min(groups, Math.floor(left / n));
    if (whole > 0) {
      const saved = n * (runs.unitAmount[i] ?? 0) - price;
      if (saved > 0) give(perLine, runs.line[i] ?? 0, whole * saved);
      groups -= whole;
      used += whole * n;
    } else if (left === 0) {
      i += 1;
      used = 0;
    } else {
      const { parts, next, usedOfNext } = mixedGroup(runs, { run: i, used, size: n });
      spreadGroup(parts, price, perLine);
      groups -= 1;
      i = next;
      used = usedOfNext;
    }
  }
}

/** A group whose units come from several lines. */
function mixedGroup(runs: Runs, from: { readonly run: number; readonly used: number; readonly size: number }) {
  const parts: Part[] = [];
  let { run, used } = from;
  for (let missing = from.size; missing > 0; ) {
    const count = Math.min(missing, (runs.count[run] ?? 0) - used);
    if (count > 0) parts.push({ line: runs.line[run] ?? 0, unitAmount: runs.unitAmount[run] ?? 0, count });
    missing -= count;
    used += count;
    if (missing > 0) {
      run += 1;
      used = 0;
    }
  }
  return { parts, next: run, usedOfNext: used };
}

/** `shareOut` over single units: units of a line have equal weights, so a part takes missing fen for as many units as it has. */
function spreadGroup(parts: readonly Part[], price: number, perLine: Float64Array): void {
  const sum = parts.reduce((total, part) => total + part.unitAmount * part.count, 0);
  const saved = sum - price;
  if (saved <= 0) return;
  const shares = parts.map((part) => {
    const floor = mulDivFloor(part.unitAmount, saved, sum);
    return { ...part, floor, remainder: remainderOf(part.unitAmount, saved, sum) };
  });
  let missing = saved - shares.reduce((total, share) => total + share.floor * share.count, 0);
  // Stable: equal remainders keep the order of the units.
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder)) {
    const lucky = Math.min(share.count, missing);
    missing -= lucky;
    give(perLine, share.line, share.floor * share.count + lucky);
  }
}

function remainderOf(value: number, times: number, by: number): number {
  const product = value * times;
  return product <= Number.MAX_SAFE_INTEGER ? product % by : Number((BigInt(value) * BigInt(times)) % BigInt(by));
}

function give(perLine: Float64Array, line: number, amount: number): void {
  perLine[line] = (perLine[line] ?? 0) + amount;
}
