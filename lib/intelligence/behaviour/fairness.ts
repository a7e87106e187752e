import { groupBy, leastSquares, meanOf, sumOf } from "./statistics.ts";

/** A paid order, with what may explain its discount and what must not. Money in fen. */
export interface FairnessRow {
  readonly discount: number;
  /** Before the discount. */
  readonly amount: number;
  readonly isNew: boolean;
  readonly env: string;
  readonly form: string;
  readonly os: string;
}

/** A group with a discount that differs by more than amount and novelty explain. */
interface FairnessGap {
  readonly trait: "env" | "form" | "os";
  readonly group: string;
  readonly orders: number;
  /** Fen per order beyond what amount and novelty explain; negative: this group gets less. */
  readonly gap: number;
  readonly z: number;
}

export interface Fairness {
  readonly orders: number;
  readonly meanDiscount: number;
  readonly gaps: readonly FairnessGap[];
}

const TRAITS = ["env", "form", "os"] as const;
const GROUP_MIN = 30;
const Z_MIN = 4;
/** Less than this part of the mean amount does not count as unfair. */
const GAP_OF_AMOUNT_MIN = 0.005;

/** Whether who looks with what decides what they pay. Source: smart.md §7, PIPL art. 24. */
export function fairness(rows: readonly FairnessRow[]): Fairness {
  const orders = rows.length;
  const meanDiscount = meanOf(rows.map(({ discount }) => discount));
  if (orders < 2 * GROUP_MIN) return { orders, meanDiscount, gaps: [] };
  const facts = rows.map(({ amount, isNew }) => [1, amount, Math.sqrt(amount), isNew ? 1 : 0, isNew ? amount : 0]);
  const rest = unexplained(
    facts,
    rows.map(({ discount }) => discount),
  );
  const least = GAP_OF_AMOUNT_MIN * meanOf(rows.map(({ amount }) => amount));
  const gaps = TRAITS.flatMap((trait) =>
    [...groupBy(rows, (row) => row[trait])]
      .filter(([, own]) => own.length >= GROUP_MIN && own.length <= orders - GROUP_MIN)
      .map(([group, own]) => {
        const belongs = rows.map((row) => (row[trait] === group ? 1 : 0));
        return { trait, group, orders: own.length, ...gapOf(unexplained(facts, belongs), rest) };
      })
      .filter(({ gap, z }) => Math.abs(z) >= Z_MIN && Math.abs(gap) >= least),
  );
  return { orders, meanDiscount, gaps };
}

/** What is left of the values when the facts have said all they can. */
function unexplained(facts: readonly (readonly number[])[], values: readonly number[]): number[] {
  const weights = leastSquares(facts, values);
  return values.map((value, at) => value - sumOf((facts[at] ?? []).map((fact, of) => fact * (weights[of] ?? 0))));
}

/** The group's own part, with what amount and novelty explain taken out of both (Frisch & Waugh 1933). */
function gapOf(belongs: readonly number[], rest: readonly number[]): { gap: number; z: number } {
  const own = sumOf(belongs.map((each) => each * each));
  if (own < 1e-6) return { gap: 0, z: 0 };
  const gap = sumOf(belongs.map((each, at) => each * (rest[at] ?? 0))) / own;
  const variance = meanOf(rest.map((each, at) => (each - gap * (belongs[at] ?? 0)) ** 2));
  return { gap, z: variance === 0 ? 0 : gap / Math.sqrt(variance / own) };
}
