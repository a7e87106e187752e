import { benchOffers, FRESH_SEEDS_FROM, type OfferRow } from "./bench-offers.ts";
import type { SimulatedShop } from "./simulated-shops.ts";
import { drawnShop, shopWithoutEffect, variedShops } from "./varied-shops.ts";

export interface WorldBenchOptions {
  readonly sizes?: readonly number[];
  /** How many worlds are drawn; a third as many again in which offers do nothing. */
  readonly drawn?: number;
  readonly seedFrom?: number;
  readonly nowMs: () => number;
}

export interface WorldRow {
  readonly kind: "varied" | "drawn" | "deaf";
  readonly shoppers: number;
  readonly worlds: number;
  /** Part of the oracle's gain; where offers do nothing, part of the margin. */
  readonly mean: number;
  readonly worst: number;
  readonly worstWorld: string;
  readonly violations: number;
  readonly pNoneMin: number;
  readonly decisionP99Ms: number;
}

/** The learner in worlds that it was not made for, the worst one by name. */
export function benchWorlds(options: WorldBenchOptions): WorldRow[] {
  const { sizes = [2_000, 20_000], drawn = 9, seedFrom = FRESH_SEEDS_FROM, nowMs } = options;
  const seeds = Array.from({ length: drawn }, (_, at) => seedFrom + at);
  const groups: [WorldRow["kind"], SimulatedShop[]][] = [
    ["varied", variedShops()],
    ["drawn", seeds.map((seed) => drawnShop(seed))],
    ["deaf", seeds.slice(0, Math.ceil(drawn / 3)).map((seed) => shopWithoutEffect(seed))],
  ];
  return groups.flatMap(([kind, shops]) => {
    const rows = benchOffers({ sizes, seeds: 1, seedFrom, shops, policies: ["ours"], nowMs });
    return sizes.map((size) =>
      summary(
        kind,
        rows.filter(({ shoppers }) => shoppers === size),
      ),
    );
  });
}

function summary(kind: WorldRow["kind"], rows: readonly OfferRow[]): WorldRow {
  const worst = rows.reduce((low, row) => (row.share < low.share ? row : low));
  return {
    kind,
    shoppers: worst.shoppers,
    worlds: rows.length,
    mean: rows.reduce((sum, { share }) => sum + share, 0) / rows.length,
    worst: worst.share,
    worstWorld: worst.shop,
    violations: rows.reduce((sum, { violations }) => sum + violations, 0),
    pNoneMin: Math.min(...rows.map(({ pNoneMin }) => pNoneMin)),
    decisionP99Ms: Math.max(...rows.map(({ decisionP99Ms }) => decisionP99Ms)),
  };
}
