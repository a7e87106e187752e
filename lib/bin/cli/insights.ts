import { type Command, InvalidArgumentError, Option } from "commander";
import { beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { FUNNEL_KEYS, type FunnelKey } from "#lib/intelligence/index.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { checkRollUp, forgetRollUp } from "#lib/storage/behaviour/behaviour-rebuild.ts";
import type { Span } from "#lib/storage/behaviour/insights.ts";
import { type CommandReport, type OutputOptions, reportOn, withDatabase } from "./command.ts";
import {
  type InsightCall,
  reportAnomalies,
  reportCohorts,
  reportFunnel,
  reportPolicy,
  reportRfm,
  reportUplift,
} from "./insight-reports.ts";

interface SpanOptions extends OutputOptions {
  readonly from?: Date;
  readonly to?: Date;
}

type ReportOf = (call: InsightCall) => Promise<CommandReport>;

const FIGURES: readonly { name: string; text: string; days: number; report: ReportOf }[] = [
  { name: "cohorts", text: "when shoppers first paid, and how many came back", days: 366, report: reportCohorts },
  { name: "rfm", text: "shoppers by recency, frequency and money", days: 366, report: reportRfm },
  { name: "anomalies", text: "unusual hours, and why", days: 7, report: reportAnomalies },
  { name: "uplift", text: "what optional offers gained against their control group", days: 90, report: reportUplift },
];

export function addInsightCommands(program: Command): void {
  const insights = program.command("insights").description("what shoppers do; no figure about fewer than five of them");
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
    insights
      .command("policy")
      .description("what always giving one offer would have earned, estimated from past decisions"),
  )
    .argument("<offer>", "a promotion's id, or none")
    .action((arm: string, options: SpanOptions) => show(options, 90, (call) => reportPolicy(call, arm)));
  insights
    .command("rebuild")
    .description("rebuild all figures")
    .option("--check", "only compare the stored figures with a rebuild; exits with 1 if they differ")
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
    withDatabase(async ({ database: { pool } }) => {
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

/** The shop may run meanwhile: rows that arrived in between are added up and compared again. */
const LOOKS = 3;

async function rebuild(onlyCheck: boolean): Promise<CommandReport> {
  const { hours, orders, differing } = await withDatabase(async ({ database: { pool } }) => {
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

/** Midnight of an existing Beijing day. */
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
