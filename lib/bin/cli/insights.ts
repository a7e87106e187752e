import { type Command, InvalidArgumentError, Option } from "commander";
import { beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { FUNNEL_KEYS, type FunnelKey } from "#lib/intelligence/index.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { checkRollUp, forgetRollUp } from "#lib/storage/behaviour/behaviour-rebuild.ts";
import type { Span } from "#lib/storage/behaviour/insights.ts";
import {
  type InsightCall,
  reportAnomalies,
  reportCohorts,
  reportFunnel,
  reportPolicy,
  reportRfm,
  reportUplift,
} from "./insight-reports.ts";
import { withGround } from "./open-product.ts";
import { type CommandReport, type OutputOptions, reportOn } from "./output.ts";

interface SpanOptions extends OutputOptions {
  readonly from?: Date;
  readonly to?: Date;
}

type ReportOf = (call: InsightCall) => Promise<CommandReport>;

const FIGURES: readonly { name: string; text: string; days: number; report: ReportOf }[] = [
  { name: "cohorts", text: "who paid first when, and came back how much", days: 366, report: reportCohorts },
  { name: "rfm", text: "shoppers by recency, frequency and money", days: 366, report: reportRfm },
  { name: "anomalies", text: "hours that were not as such hours are, and why", days: 7, report: reportAnomalies },
  { name: "uplift", text: "what optional offers brought, by their control", days: 90, report: reportUplift },
];

export function addInsightCommands(program: Command): void {
  const insights = program.command("insights").description("what shoppers do; no figure on fewer than five of them");
  withSpan(insights.command("funnel").description("viewed → tapped → paid, how long it took, and why others left"))
    .addOption(
      new Option("--by <list>", `rows by ${FUNNEL_KEYS.join(", ")}; \`all\` is one row`)
        .default(["day"])
        .argParser(parseKeys),
    )
    .action((options: SpanOptions & { by: readonly FunnelKey[] }) =>
      show(options, 30, (call) => reportFunnel(call, options.by)),
    );
  for (const { name, text, days, report } of FIGURES) {
    withSpan(insights.command(name).description(text)).action((options: SpanOptions) => show(options, days, report));
  }
  withSpan(
    insights.command("policy").description("what always giving one offer would have earned, by what was decided"),
  )
    .argument("<offer>", "a promotion's id, or none")
    .action((arm: string, options: SpanOptions) => show(options, 90, (call) => reportPolicy(call, arm)));
  insights
    .command("rebuild")
    .description("add everything up anew")
    .option("--check", "only compare what was added up little by little with all of it anew; 1 when it differs")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions & { check?: boolean }) => reportOn(options, () => rebuild(options.check === true)));
}

const withSpan = (command: Command): Command =>
  command
    .option("--from <day>", "first day of Beijing, 2026-11-01", parseDay)
    .option("--to <day>", "last day, included", parseDay)
    .option("--json", "answer as JSON");

const show = (options: SpanOptions, days: number, report: ReportOf): Promise<void> =>
  reportOn(options, () =>
    withGround(async ({ database: { pool } }) => {
      const deps = { pool, clock: systemClock, log: silentLog };
      await rollUp(deps);
      return report({ pool, span: spanOf(options, days) });
    }),
  );

function spanOf({ from, to }: SpanOptions, days: number): Span {
  const end = to === undefined ? systemClock.now() : addMs(to, DAY_MS);
  const span = { from: from ?? addMs(end, -days * DAY_MS), to: end };
  if (span.from >= span.to) throw new Error("--from is later than --to");
  return span;
}

/** While it looks, the shop goes on: what came in between is added up and looked at again. */
const LOOKS = 3;

async function rebuild(onlyCheck: boolean): Promise<CommandReport> {
  const { hours, orders, differing } = await withGround(async ({ database: { pool } }) => {
    const deps = { pool, clock: systemClock, log: silentLog };
    if (!onlyCheck) await forgetRollUp(pool);
    for (let look = 1; ; look++) {
      await rollUp(deps);
      const report = await checkRollUp(pool, systemClock.now());
      if (report.differing.length === 0 || look === LOOKS) return report;
    }
  });
  const isSame = differing.length === 0;
  const hoursText = differing.map((hour) => hour.toISOString());
  const text = isSame
    ? `the same: ${orders} orders in ${hours} hours`
    : [`${differing.length} hours differ from their rows:`, ...hoursText].join("\n");
  return { ok: isSame, value: { hours, orders, isSame, differing: hoursText }, text };
}

/** The beginning of a day of Beijing that exists. */
function parseDay(text: string): Date {
  const start = beijingMidnight(text);
  const exists = !Number.isNaN(start.getTime()) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(`${text}T`);
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && exists) return start;
  throw new InvalidArgumentError("must be a day, as 2026-11-01");
}

function parseKeys(text: string): FunnelKey[] {
  if (text === "all") return [];
  const keys = text.split(",").map((key) => key.trim());
  const known = FUNNEL_KEYS.filter((key) => keys.includes(key));
  if (known.length === keys.length) return known;
  throw new InvalidArgumentError(`must be some of ${FUNNEL_KEYS.join(", ")}, or all`);
}
