import type { OfferRow } from "./bench-offers.ts";
import { SHOPS } from "./simulated-shops.ts";

// Aims of smart.md §4.4.
const AIMS =
  "aim: ≥ 0.27 at 2,000, ≥ 0.65 at 20,000 (mean of the shops where offers help), ≥ -0.40 % where they do nothing";
const REGRET_RATIO_AIM = 3.3;

/** The table of smart.md §4.4 as lines of text: shares of the oracle's gain, regret ratios, and what may never happen. */
export function offerTable(rows: readonly OfferRow[]): string {
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const sizes = [...new Set(rows.map(({ shoppers }) => shoppers))];
  const shops = [...new Set(rows.map(({ shop }) => shop))];
  const columns = shops.flatMap((shop) => sizes.map((shoppers) => ({ shop, shoppers })));
  const find = (policy: string, shop: string, shoppers: number) =>
    rows.find((row) => row.policy === policy && row.shop === shop && row.shoppers === shoppers);
  const helping = shops.filter((shop) => SHOPS.find(({ name }) => name === shop)?.couponLift !== 0);
  const lines = policies.map((policy) => {
    const cells = columns.map(({ shop, shoppers }) => shareText(find(policy, shop, shoppers), helping.includes(shop)));
    const means = sizes.map((size) => meanOf(helping.map((shop) => find(policy, shop, size)?.share ?? 0)).toFixed(2));
    return `| ${[policy, ...means, ...cells].join(" | ")} |`;
  });
  const heads = [
    "policy",
    ...sizes.map((size) => `mean ${size}`),
    ...columns.map(({ shop, shoppers }) => `${shop} ${shoppers}`),
  ];
  return [
    `| ${heads.join(" | ")} |`,
    `|${heads.map(() => "---|").join("")}`,
    ...lines,
    AIMS,
    ...regretLines(rows),
    ...safetyLines(rows),
  ].join("\n");
}

function shareText(row: OfferRow | undefined, helps: boolean): string {
  if (row === undefined) return "–";
  return helps ? row.share.toFixed(2) : `${(100 * row.share).toFixed(2)} %`;
}

function regretLines(rows: readonly OfferRow[]): string[] {
  return rows.flatMap((late) => {
    const drifts = SHOPS.find(({ name }) => name === late.shop)?.drift !== null;
    if (late.policy !== "ours" || late.shoppers !== 20_000 || drifts) return [];
    const early = rows.find((row) => row.policy === "ours" && row.shop === late.shop && row.shoppers === 5_000);
    if (early === undefined) return [];
    const ratio = (late.regretFen / early.regretFen).toFixed(2);
    return [`regret(20,000)/regret(5,000), ${late.shop}: ${ratio} (aim ≤ ${REGRET_RATIO_AIM})`];
  });
}

function safetyLines(rows: readonly OfferRow[]): string[] {
  const ours = rows.filter(({ policy }) => policy === "ours");
  if (ours.length === 0) return [];
  const violations = rows.reduce((sum, row) => sum + row.violations, 0);
  const pNone = Math.min(...ours.map(({ pNoneMin }) => pNoneMin));
  const slowest = Math.max(...ours.map(({ decisionP99Ms }) => decisionP99Ms));
  return [`budget violations ${violations}, least P(none) ${pNone.toFixed(3)}, decision p99 ${slowest.toFixed(2)} ms`];
}

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);
