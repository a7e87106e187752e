import type { Command } from "commander";
import { systemClock } from "#lib/ops/system-clock.ts";
import { SAFE_ACTIONS, sentenceOf } from "#lib/reconcile/index.ts";
import { closeDiscrepancy, listAllDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { HOME_LANGUAGE } from "#lib/texts/language.ts";
import { type CommandReport, type OutputOptions, reportOn, withDatabase, withProduct } from "./command.ts";

interface CloseOptions extends OutputOptions {
  readonly reason: string;
}

export function addDiscrepancyCommands(program: Command): void {
  const found = program.command("discrepancies").description("differences that reconciliation found");
  found
    .command("list")
    .description("list the open differences of all days")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listOpen));
  found
    .command("ask")
    .description("query WeChat about a difference, and book what it confirms")
    .argument("<id>", "as `discrepancies list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => ask(id)));
  found
    .command("recover")
    .description(
      "recreate an order that was lost here, from WeChat's answer about its payment; it can then be refunded",
    )
    .argument("<id>", "as `discrepancies list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => recover(id)));
  found
    .command("refund")
    .description("refund the money that a difference is about")
    .argument("<id>", "as `discrepancies list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => refund(id)));
  found
    .command("close")
    .description("close a difference with a reason, which is written into the audit log")
    .argument("<id>", "as `discrepancies list` shows it")
    .requiredOption("--reason <text>", "why it can be closed")
    .option("--json", "answer as JSON")
    .action((id: string, options: CloseOptions) => reportOn(options, () => close(id, options)));
}

async function listOpen(): Promise<CommandReport> {
  const open = await withDatabase(async ({ database: { pool } }) => {
    const runs = await listRuns(pool, { onlyOpen: true });
    const lists = runs.map(async ({ id, day }) =>
      (await listAllDiscrepancies(pool, id))
        .filter(({ closedAt }) => closedAt === null)
        .map((one) => ({ day, action: SAFE_ACTIONS[one.kind], sentence: sentenceOf(one, HOME_LANGUAGE), ...one })),
    );
    return (await Promise.all(lists)).flat();
  });
  const lines = open.map(({ id, day, kind, sentence }) => `${id}  ${day}  ${kind}: ${sentence}`);
  return { value: open, text: lines.length === 0 ? "nothing is open" : lines.join("\n") };
}

const PERSON = "command line";

async function ask(id: string): Promise<CommandReport> {
  const { answer: word, isClosed } = await withProduct(({ resolutions }) => resolutions.query({ id, person: PERSON }));
  const said = `WeChat: ${word.about} ${word.state}`;
  return {
    ok: isClosed,
    value: { id, word, closed: isClosed },
    text: isClosed ? `${said}; closed ${id}` : `${said}; ${id} stays open`,
  };
}

const NOT_RECOVERED = {
  absent: "WeChat does not know this number; nothing was changed",
  not_paid: "WeChat says that this number is not paid; nothing was changed",
  differs: "WeChat's answer differs from its bill; nothing was changed",
  other_app: "the payment was made to an app that no account here has or had; nothing was changed",
} as const;

async function recover(id: string): Promise<CommandReport> {
  const recovered = await withProduct(({ resolutions }) => resolutions.recover({ id, person: PERSON }));
  if (recovered.kind === "not_recovered") {
    const { why } = recovered;
    return { ok: false, value: { id, recovered: false, why, closed: false }, text: NOT_RECOVERED[why] };
  }
  const { orderId, isClosed } = recovered;
  return {
    ok: isClosed,
    value: { id, recovered: true, orderId, closed: isClosed },
    text: `the payment stands on order ${orderId} now; ${id} ${isClosed ? "is closed" : "stays open"}`,
  };
}

async function refund(id: string): Promise<CommandReport> {
  await withProduct(({ resolutions }) => resolutions.refund({ id, person: PERSON }));
  return { value: { id, closed: true }, text: `given back; closed ${id}` };
}

async function close(id: string, { reason }: CloseOptions): Promise<CommandReport> {
  const closing = { id, reason, person: PERSON, at: systemClock.now() };
  await withDatabase(({ database: { pool } }) => closeDiscrepancy(pool, closing));
  return { value: { id, closed: true }, text: `closed ${id}` };
}
