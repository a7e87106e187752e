import { beijingTime } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import {
  cohorts,
  type FunnelKey,
  type FunnelRow,
  funnelOf,
  offPolicyValue,
  rfm,
  type Share,
  uplift,
} from "#lib/intelligence/index.ts";
import { figureOf, findAnomalies, settledUntil } from "#lib/ops/insights.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import {
  readCells,
  readPolicyLogs,
  readShopperPayments,
  readUpliftRows,
  type Span,
} from "#lib/storage/behaviour/insights.ts";
import type { Database } from "#lib/storage/client.ts";
import { type CommandReport, table } from "./command.ts";

export interface InsightCall {
  readonly pool: Database["pool"];
  readonly span: Span;
}

const FEW = "too few";
const yuan = (amount: number): string => `${amount < 0 ? "−" : ""}¥${formatYuan(fen(Math.abs(Math.round(amount))))}`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const within = (share: Share | null): string =>
  share === null ? "–" : `${percent(share.share)} (${percent(share.low)}–${percent(share.high)})`;
const spanned = ({ span: { from, to } }: InsightCall) => ({ from: from.toISOString(), to: to.toISOString() });

export async function reportFunnel(call: InsightCall, by: readonly FunnelKey[]): Promise<CommandReport> {
  const rows = funnelOf(await readCells(call.pool, call.span), by);
  const heads = [...by, "viewed", "tapped", "paid", "paid of viewed", "p50", "p90", "lost most to"];
  const text =
    rows.length === 0
      ? "no visits"
      : table(
          heads,
          rows.map((row) => [...by.map((key) => row[key] ?? ""), ...cellsOf(row)]),
        );
  return { value: { ...spanned(call), by, rows }, text };
}

function cellsOf(row: FunnelRow): string[] {
  if (row.hidden) return [FEW, "", "", "", "", "", ""];
  const [worst] = row.reasons.toSorted((one, other) => other.lost - one.lost);
  const seconds = (time: number | null) => (time === null ? "–" : `${time} s`);
  const lost =
    worst === undefined ? "–" : `${worst.reason}${worst.code === null ? "" : `:${worst.code}`} ${yuan(worst.lost)}`;
  const counts = [row.viewed, row.tapped, row.paid].map(String);
  return [...counts, within(row.paidOfViewed), seconds(row.payP50S), seconds(row.payP90S), lost];
}

export async function reportCohorts(call: InsightCall): Promise<CommandReport> {
  const rows = cohorts(await readShopperPayments(call.pool, call.span), { now: call.span.to });
  const months = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const lines = rows.map(({ month, shoppers, cells }) => [
    month,
    shoppers === null ? FEW : String(shoppers),
    ...cells.map(({ share, perShopper, few }) => `${percent(share)} ${yuan(perShopper)}${few ? " ?" : ""}`),
  ]);
  const heads = ["month", "shoppers", ...Array.from({ length: months }, (_, since) => `+${since}`)];
  const text = rows.length === 0 ? "no shopper can be recognised" : `${table(heads, lines)}\n? fewer than 20 shoppers`;
  return { value: { ...spanned(call), cohorts: rows }, text };
}

export async function reportRfm(call: InsightCall): Promise<CommandReport> {
  const { groups, shoppers, segments } = rfm(await readShopperPayments(call.pool, call.span), { now: call.span.to });
  const lines = segments.map(({ name, shoppers: count, money, recencyDays, frequency }) => [
    name,
    count === null ? FEW : String(count),
    money === null ? "" : yuan(money),
    recencyDays === null ? "" : `${recencyDays} d`,
    frequency === null ? "" : String(frequency),
  ]);
  const known = shoppers.length < 5 ? null : shoppers.length;
  const text =
    known === null
      ? "too few shoppers can be recognised"
      : table(["segment", "shoppers", "paid", "last", "times"], lines);
  return { value: { ...spanned(call), groups, shoppers: known, segments: known === null ? [] : segments }, text };
}

export async function reportAnomalies(call: InsightCall): Promise<CommandReport> {
  const end = settledUntil(systemClock.now());
  const span = { from: call.span.from, to: call.span.to < end ? call.span.to : end };
  const alarms = await findAnomalies(call.pool, span);
  const lines = alarms.map(({ at, cause, seen }) => [
    beijingTime(at).slice(0, 16),
    cause.key === "" ? cause.kind : `${cause.kind}:${cause.key}`,
    seen.slice(0, 3).map(figureOf).join("; "),
  ]);
  const text = alarms.length === 0 ? "no anomalies" : table(["hour (Beijing)", "likely cause", "seen"], lines);
  return { value: { ...spanned(call), alarms }, text };
}

const VERDICTS = {
  gain: "the offers earned more than they cost",
  loss: "the offers cost more than they earned",
  no_difference: "the offers made no difference that matters",
  not_yet_known: "not yet known",
} as const;

export async function reportUplift(call: InsightCall): Promise<CommandReport> {
  const report = uplift(await readUpliftRows(call.pool, call.span));
  const { perShopper, basePerShopper, decisions, treated, control, segments, verdict } = report;
  const lines = [
    `${decisions} decisions, ${treated} with an offer, ${control} in the control`,
    ...(perShopper === null || basePerShopper === null
      ? ["without a control we cannot say"]
      : [
          `per shopper ${yuan(perShopper.value)} (${yuan(perShopper.low)} to ${yuan(perShopper.high)}), without offers ${yuan(basePerShopper)}`,
          VERDICTS[verdict],
        ]),
    ...segments.map(
      (each) => `${each.segment.padEnd(8)}${yuan(each.perShopper)}${each.paysAnyway ? "  would pay anyway" : ""}`,
    ),
  ];
  return { value: { ...spanned(call), ...report }, text: lines.join("\n") };
}

const CONCLUSIONS = {
  better: "it would have earned more than what was done",
  worse: "it would have earned less than what was done",
  no_difference: "no difference that shows",
  refused: "the logs are not sufficient",
} as const;

/** What always giving one offer (or `none`), where it was legal, would have earned. */
export async function reportPolicy(call: InsightCall, arm: string): Promise<CommandReport> {
  const logs = await readPolicyLogs(call.pool, call.span);
  const report = offPolicyValue(logs, { target: ({ arms }) => ({ [arms.includes(arm) ? arm : "none"]: 1 }) });
  const { value, logged, snips, effectiveSize, conclusion, reason } = report;
  const lines = [
    `always ${arm}: worth ${Math.round(effectiveSize)} decisions of ${logs.length}`,
    ...(value === null
      ? []
      : [
          `per decision ${yuan(value.value)} (${yuan(value.low)} to ${yuan(value.high)}), as it was ${yuan(logged)}, check ${yuan(snips)}`,
        ]),
    reason === null ? CONCLUSIONS[conclusion] : `${CONCLUSIONS[conclusion]}: ${reason.replaceAll("_", " ")}`,
  ];
  return { value: { ...spanned(call), arm, decisions: logs.length, ...report }, text: lines.join("\n") };
}
