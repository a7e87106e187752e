import type { Command } from "commander";
import { DISCREPANCIES_MAX, RECONCILE_CATCH_UP_DAYS } from "#lib/base/limits.ts";
import { SAFE_ACTIONS, sentenceOf } from "#lib/reconcile/index.ts";
import { closeDiscrepancy, listDiscrepancies, listRuns } from "#lib/storage/discrepancies.ts";
import { systemClock } from "./clock.ts";
import { withGround } from "./open-house.ts";
import { type OutputOptions, type Report, reportOn } from "./output.ts";

interface CloseOptions extends OutputOptions {
  readonly reason: string;
}

export function addDiscrepancyCommands(program: Command): void {
  const found = program.command("discrepancies").description("what reconciliations found");
  found
    .command("list")
    .description("what nobody has closed yet, of the last days")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listOpen));
  found
    .command("close")
    .description("take note of a difference, with the reason; it is written into the audit log")
    .argument("<id>", "as `discrepancies list` shows it")
    .requiredOption("--reason <text>", "why it is all right")
    .option("--json", "answer as JSON")
    .action((id: string, options: CloseOptions) => reportOn(options, () => close(id, options)));
}

async function listOpen(): Promise<Report> {
  const open = await withGround(async ({ database: { pool } }) => {
    const runs = await listRuns(pool, { limit: RECONCILE_CATCH_UP_DAYS });
    const lists = runs.map(async ({ id, day }) =>
      (await listDiscrepancies(pool, id, DISCREPANCIES_MAX))
        .filter(({ closedAt }) => closedAt === null)
        .map((one) => ({ day, action: SAFE_ACTIONS[one.kind], sentence: sentenceOf(one, "zh"), ...one })),
    );
    return (await Promise.all(lists)).flat();
  });
  const lines = open.map(({ id, day, kind, sentence }) => `${id}  ${day}  ${kind}: ${sentence}`);
  return { value: open, text: lines.length === 0 ? "nothing is open" : lines.join("\n") };
}

async function close(id: string, { reason }: CloseOptions): Promise<Report> {
  const closing = { id, reason, person: "command line", at: systemClock.now() };
  await withGround(({ database: { pool } }) => closeDiscrepancy(pool, closing));
  return { value: { id, closed: true }, text: `closed ${id}` };
}
