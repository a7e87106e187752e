import type { PromotionCase } from "../../intelligence/promotions/case.ts";
import { Random } from "../../intelligence/promotions/random.ts";
import { solvePromotions } from "../../intelligence/promotions/solve-promotions.ts";
import { sampleCase } from "./sample-case.ts";

export interface EngineFigure {
  readonly size: string;
  readonly cases: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly nodesMax: number;
  readonly notOptimal: number;
  readonly aimP99Ms: number;
}

// Source of sizes and aims: smart.md §3.5.
const SIZES = [
  { promotions: 12, lines: 20, cases: 3_000, aimP99Ms: 5 },
  { promotions: 20, lines: 50, cases: 1_500, aimP99Ms: 20 },
  { promotions: 64, lines: 100, cases: 300, aimP99Ms: 500 },
];

/** Times the promotion engine on random carts. @param nowMs the stopwatch; results need no clock, figures do */
export function benchEngine(nowMs: () => number): EngineFigure[] {
  return SIZES.map(({ promotions, lines, cases, aimP99Ms }) => {
    const given = Array.from({ length: cases }, (_, round) =>
      easyCase(`bench/${promotions}/${round}`, promotions, lines),
    );
    for (const each of given.slice(0, 50)) solvePromotions(each); // so that the compiler's own time is not counted
    const runs = given.map((each) => {
      const from = nowMs();
      const { nodes, optimal } = solvePromotions(each);
      return { ms: nowMs() - from, nodes, optimal };
    });
    const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
    const quantile = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0;
    return {
      size: `${promotions} promotions × ${lines} lines`,
      cases,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      maxMs: quantile(1),
      nodesMax: Math.max(...runs.map(({ nodes }) => nodes)),
      notOptimal: runs.filter(({ optimal }) => !optimal).length,
      aimP99Ms,
    };
  });
}

/** All promotions valid and four stackable: random conditions would only make the case smaller than its name says. */
function easyCase(seed: string, promotions: number, lines: number): PromotionCase {
  const given = sampleCase(new Random(seed), { promotions, lines });
  return {
    ...given,
    promotions: given.promotions.map(({ window: _w, audience: _a, code: _c, limitPerUser: _l, ...rest }) => rest),
    context: { ...given.context, maxStack: 4, minPay: 1 },
  };
}
