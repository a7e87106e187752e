import type { Command } from "commander";
import { systemClock } from "#lib/ops/system-clock.ts";
import { SAFE_ACTIONS, sentenceOf } from "#lib/reconcile/index.ts";
import { closeDiscrepancy, listAllDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { withGround, withProduct } from "./open-product.ts";
import { type CommandReport, type OutputOptions, reportOn } from "./output.ts";

interface CloseOptions extends OutputOptions {
  readonly reason: string;
}

export function addDiscrepancyCommands(program: Command): void {
  const found = program.command("discrepancies").description("what reconciliations found");
  found
    .command("list")
    .description("what is not closed yet, of all days")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listOpen));
  found
    .command("ask")
    .description("ask WeChat about a difference, and book what it vouches for")
    .argument("<id>", "as `discrepancies list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => ask(id)));
  found
    .command("recover")
    .description(
      "make an order again that was lost here, from what WeChat knows of its payment; it can be refunded then",
    )
    .argument("<id>", "as `discrepancies list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => recover(id)));
  found
    .command("refund")
    .description("give back the money that a difference is about")
    .argument("<id>", "as `discrepancies list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) => reportOn(options, () => refund(id)));
  found
    .command("close")
    .description("take note of a difference, with the reason; it is written into the audit log")
    .argument("<id>", "as `discrepancies list` shows it")
    .requiredOption("--reason <text>", "why it is all right")
    .option("--json", "answer as JSON")
    .action((id: string, options: CloseOptions) => reportOn(options, () => close(id, options)));
}

async function listOpen(): Promise<CommandReport> {
  const open = await withGround(async ({ database: { pool } }) => {
    const runs = await listRuns(pool, { onlyOpen: true });
    const lists = runs.map(async ({ id, day }) =>
      (await listAllDiscrepancies(pool, id))
        .filter(({ closedAt }) => closedAt === null)
        .map((one) => ({ day, action: SAFE_ACTIONS[one.kind], sentence: sentenceOf(one, "zh-CN"), ...one })),
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
  await withGround(({ database: { pool } }) => closeDiscrepancy(pool, closing));
  return { value: { id, closed: true }, text: `closed ${id}` };
}
