import { type Command, InvalidArgumentError } from "commander";
import { createEpayAccounts, type EpayAccounts } from "#lib/auth/epay-accounts.ts";
import { AppError } from "#lib/base/app-error.ts";
import { EPAY_ACCOUNT_NAME_CHARS_MAX } from "#lib/base/epay-limits.ts";
import { endedAccessFile, keepEndedList } from "#lib/ops/ended-access.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { listEpayAccounts } from "#lib/storage/epay/epay-accounts.ts";
import { type OutputOptions, reportOn, table, withDatabase } from "./command.ts";

interface NewPidOptions extends OutputOptions {
  readonly name: string;
  readonly refunds?: boolean;
}

const ACTOR = "command line";
const KEEP = "The key is not shown again.";

export function addEpayCommands(program: Command): void {
  const epay = program
    .command("epay")
    .description("the door for software that speaks epay (submit.php, mapi.php, api.php); closed until a pid is made");
  epay
    .command("create")
    .description("make a pid with its key, which is shown only once")
    .requiredOption("--name <name>", "which software it is for", parseName)
    .option("--refunds", "let it give money back by api.php")
    .option("--json", "answer as JSON")
    .action((options: NewPidOptions) => reportOn(options, () => create(options)));
  epay
    .command("disable")
    .description("end a pid now; what was paid is still told")
    .argument("<pid>", "as `epay list` shows it")
    .option("--json", "answer as JSON")
    .action((pid: string, options: OutputOptions) =>
      reportOn(options, async () => {
        const isThere = await withAccounts((accounts) => accounts.disable(pid, ACTOR));
        if (!isThere) throw new AppError("not_found", `there is no pid ${pid}`);
        return { value: { pid, disabled: true }, text: `${pid} is ended` };
      }),
    );
  epay
    .command("rotate")
    .description(
      "a new key for a pid, shown only once; the one before ends now, and a pid that was ended is in use again",
    )
    .argument("<pid>", "as `epay list` shows it")
    .option("--json", "answer as JSON")
    .action((pid: string, options: OutputOptions) => reportOn(options, () => rotate(pid)));
  epay
    .command("list")
    .description("all pids, without their keys")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) =>
      reportOn(options, async () => {
        const accounts = await withDatabase(({ database: { pool } }) => listEpayAccounts(pool));
        const rows = accounts.map(({ pid, name, mayRefund, orders, notTold, disabledAt }) => [
          ...[pid, name, disabledAt === null ? "in use" : "ended", mayRefund ? "yes" : "no"],
          ...[String(orders), String(notTold)],
        ]);
        const names = ["pid", "name", "state", "refunds", "orders", "not told"];
        return { value: accounts, text: rows.length === 0 ? "no pid: the door is closed" : table(names, rows) };
      }),
    );
}

const withAccounts = <Result>(work: (accounts: EpayAccounts, publicUrl: string) => Promise<Result>): Promise<Result> =>
  withDatabase(({ environment, database: { pool }, box }) => {
    // The account has changed already; a running worker writes the list as well.
    const keepEnded = () => keepEndedList(pool, endedAccessFile(environment.dataDir)).catch(() => undefined);
    return work(createEpayAccounts({ pool, box, clock: systemClock, keepEnded }), environment.publicUrl);
  });

async function create({ name, refunds: mayRefund = false }: NewPidOptions) {
  const { pid, key, url } = await withAccounts(async (accounts, publicUrl) => ({
    ...(await accounts.create({ name, mayRefund }, ACTOR)),
    url: `${publicUrl}/`,
  }));
  const text = [`address  ${url}`, `pid      ${pid}`, `key      ${key}`, KEEP].join("\n");
  return { value: { url, pid, key, name, mayRefund }, text };
}

async function rotate(pid: string) {
  const made = await withAccounts((accounts) => accounts.replaceKey(pid, ACTOR));
  if (made === null) throw new AppError("not_found", `there is no pid ${pid}`);
  return { value: made, text: `key  ${made.key}\n${KEEP} The one before has ended.` };
}

function parseName(text: string): string {
  const name = text.trim();
  if (name === "" || [...name].length > EPAY_ACCOUNT_NAME_CHARS_MAX) {
    throw new InvalidArgumentError(`must have 1 to ${EPAY_ACCOUNT_NAME_CHARS_MAX} characters`);
  }
  return name;
}
