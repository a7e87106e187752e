/**
 * The units of the eligible lines, dearest first and ties by line, as runs of equal units: a line of 100,000 pieces is one
 * run. `size` says how many entries count.
 */
export interface Runs {
  size: number;
  units: number;
  readonly line: Int32Array;
  readonly unitAmount: Float64Array;
  readonly count: Float64Array;
}

export const emptyRuns = (lines: number): Runs => ({
  size: 0,
  units: 0,
  line: new Int32Array(lines),
  unitAmount: new Float64Array(lines),
  count: new Float64Array(lines),
});

/** How many units belong to the full groups that count. */
export function groupedUnits(runs: Runs, groupSize: number, maxTimes: number | undefined): number {
  const full = Math.floor(runs.units / groupSize);
  return groupSize * Math.min(full, maxTimes ?? full);
}

/** Adds `each × hits(units of the run that are grouped)` to every line; `hitsBefore(x)` counts hits among the first x units. */
export function giveHits(input: {
  readonly runs: Runs;
  readonly grouped: number;
  readonly hitsBefore: (position: number) => number;
  readonly each: (unitAmount: number) => number;
  readonly perLine: Float64Array;
}): void {
  const { runs, grouped, hitsBefore, each, perLine } = input;
  let start = 0;
  for (let i = 0; i < runs.size && start < grouped; i += 1) {
    const end = Math.min(start + (runs.count[i] ?? 0), grouped);
    const hits = hitsBefore(end) - hitsBefore(start);
    if (hits > 0) perLine[runs.line[i] ?? 0] = hits * each(runs.unitAmount[i] ?? 0);
    start = end;
  }
}
