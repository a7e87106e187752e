import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { AppError, isAppError } from "#lib/base/app-error.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { GAP_ASKED_MAX } from "#lib/base/limits.ts";
import { addMs, DAY_MS, SECOND_MS } from "#lib/base/time.ts";
import type { Composed } from "#lib/compose.ts";
import { type DrillReport, drillReportSchema, isSoundDrill } from "#lib/ops/drill-report.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { takeTurn } from "#lib/ops/upkeep.ts";
import { openOrdersOf } from "#lib/storage/operations/restored-gap.ts";
import { listUpkeep, requestUpkeep, type UpkeepRun } from "#lib/storage/operations/upkeep-runs.ts";
import { listAllDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { textsIn } from "#lib/texts/language.ts";
import { upkeepServers } from "../upkeep-servers.ts";
import { type CommandReport, type OutputOptions, reportOn, withProduct } from "./command.ts";

const PERSON = "command line";

export function addDrillCommands(program: Command): void {
  program
    .command("drill")
    .description(
      "restore the latest backup into a scratch database, check it, and tell what would be lost; the product may run",
    )
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, () => withProduct(drill)));
  program
    .command("recover")
    .description("after a restore: bring back paid orders that only WeChat Pay knows, from its answers and its bills")
    .option("--days <n>", "days back that bills are asked for", "3")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions & { readonly days: string }) =>
      reportOn(options, () => withProduct((product) => recover(product, options.days))),
    );
}

async function drill({ upkeep, database: { pool }, environment }: Composed): Promise<CommandReport> {
  const id = await requestUpkeep(pool, { kind: "drill", by: PERSON, at: systemClock.now() });
  if (id === null)
    throw new AppError("conflict", "a backup, a drill or a verification is under way: wait until it has ended");
  const deps = { ...upkeep, ...upkeepServers(environment) };
  const ended = async () =>
    (await listUpkeep(pool, { kind: "drill", limit: 5 })).find((run) => run.id === id && run.endedAt);
  let run: UpkeepRun | undefined;
  for (run = await ended(); run === undefined; run = await ended()) {
    // A running worker may have taken it.
    if ((await takeTurn(deps)) === "done") await sleep(SECOND_MS);
  }
  const report = drillReportSchema.safeParse(run.report).data;
  if (run.problem !== null || report === undefined) {
    const words = run.problem === null ? "it left no report" : textsIn("en").upkeep.problems[run.problem];
    throw new AppError("conflict", `the drill failed. ${words} ${run.report.detail ?? ""}`.trim());
  }
  return { ok: isSoundDrill(report), value: { file: run.file, ...report }, text: textOf(run.file, report) };
}

const yuan = (text: string): string => `¥${formatYuan(fen(Number(text)))}`;

function textOf(file: string | null, report: DrillReport): string {
  const { gap, ledgerFindings, held, booked, unbalanced, unbooked } = report;
  const booksAgree = unbalanced === 0 && unbooked === 0 && held === booked;
  return [
    `${file}  restored up to ${report.upTo} in ${((report.restoredMs ?? report.ms) / 1_000).toFixed(1)} s`,
    `orders ${report.orders}  payments ${report.payments}  refunds ${report.refunds}`,
    `${booksAgree ? "✓ the books agree" : "✗ the books disagree"}: ${yuan(held)} of money, ${yuan(booked)} booked`,
    ledgerFindings === 0 ? "✓ the ledger is as it was written" : `✗ ${ledgerFindings} findings in the ledger`,
    ...(report.hasGap ? ["✗ a piece of the log is missing"] : []),
    ...(gap === null
      ? ["WeChat Pay was not asked"]
      : [
          `open payments: ${gap.openAsked} asked for, ${gap.openPaid} had been paid and are booked`,
          `payments that the backup has not: ${gap.missing} (${yuan(gap.missingFen)}); WeChat Pay confirms ${gap.found} (${yuan(gap.foundFen)}), no answer for ${gap.unknown}`,
          `${gap.lost === 0 ? "✓" : "✗"} would be lost: ${gap.lost} paid orders (${yuan(gap.lostFen)}), ${gap.unpaidOrders} orders without a payment`,
        ]),
  ].join("\n");
}

/** From WeChat's answers about what was open, then from its bills. */
export async function recover(
  {
    payments,
    reconciliation,
    resolutions,
    database: { pool },
    clock,
  }: Pick<Composed, "payments" | "reconciliation" | "resolutions" | "database" | "clock">,
  daysBack: string,
): Promise<CommandReport> {
  const days = Number(daysBack);
  if (!Number.isInteger(days) || days < 0 || days > 30) throw new AppError("invalid_request", "--days must be 0 to 30");
  let paid = 0;
  const open = await openOrdersOf(pool, GAP_ASKED_MAX * 50);
  for (const orderId of open) {
    const status = await payments.syncOrder(orderId).catch(() => null);
    if (status?.status === "paid") paid++;
  }
  const lines: string[] = [];
  let recovered = 0;
  let recoveredFen = 0;
  let left = 0;
  for (let back = days; back >= 0; back--) {
    const day = beijingDay(addMs(clock.now(), -back * DAY_MS));
    const problem = await reconciliation.run(day).then(
      () => null,
      (cause: unknown) => (isAppError(cause) ? cause.detail : String(cause)),
    );
    if (problem !== null) {
      lines.push(`${day}  no bill yet: ${problem}`);
      continue;
    }
    for (const run of await listRuns(pool, { day, limit: 20 })) {
      for (const one of await listAllDiscrepancies(pool, run.id)) {
        if (one.kind !== "only_in_bill" || one.closedAt !== null) continue;
        const done = await resolutions.recover({ id: one.id, person: PERSON }).catch(() => null);
        if (done?.kind === "recovered") {
          recovered++;
          recoveredFen += Number(one.theirs);
        } else left++;
      }
    }
  }
  const value = { openAsked: open.length, openPaid: paid, recovered, recoveredFen, left };
  const text = [
    `asked WeChat Pay for ${open.length} open orders: ${paid} had been paid and are booked now`,
    ...lines,
    `from the bills: ${recovered} orders brought back (${yuan(String(recoveredFen))})`,
    left === 0
      ? "✓ nothing on the bills is unknown here"
      : `✗ ${left} payments could not be brought back: look at the dashboard's reconciliation`,
    ...(lines.length > 0
      ? ["Run it again once those bills are there (after 10:00 Beijing time of the next day)."]
      : []),
  ];
  return { ok: left === 0, value, text: text.join("\n") };
}
