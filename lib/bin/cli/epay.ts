import { randomInt } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import { AppError } from "#lib/base/app-error.ts";
import { EPAY_ACCOUNT_NAME_CHARS_MAX } from "#lib/base/epay-limits.ts";
import { keyPlace } from "#lib/epay/epay.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { disableEpayAccount, insertEpayAccount, listEpayAccounts } from "#lib/storage/epay/epay-accounts.ts";
import { type OutputOptions, reportOn, table, withDatabase } from "./command.ts";

interface NewPidOptions extends OutputOptions {
  readonly name: string;
  readonly refunds?: boolean;
}

const ACTOR = "command line";
const KEY_CHARS = 32;
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

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
        const isThere = await withDatabase(({ database: { pool } }) =>
          disableEpayAccount(pool, pid, { actor: ACTOR, at: systemClock.now() }),
        );
        if (!isThere) throw new AppError("not_found", `there is no pid ${pid}`);
        return { value: { pid, disabled: true }, text: `${pid} is ended` };
      }),
    );
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

async function create({ name, refunds: mayRefund = false }: NewPidOptions) {
  const key = Array.from({ length: KEY_CHARS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
  const { pid, url } = await withDatabase(async ({ environment, database: { pool }, box }) => {
    const seal = (of: string) => box.seal(key, keyPlace(of));
    const account = { name, mayRefund, seal };
    return {
      pid: await insertEpayAccount(pool, account, { actor: ACTOR, at: systemClock.now() }),
      url: `${environment.publicUrl}/`,
    };
  });
  const text = [`address  ${url}`, `pid      ${pid}`, `key      ${key}`, "The key is not shown again."].join("\n");
  return { value: { url, pid, key, name, mayRefund }, text };
}

function parseName(text: string): string {
  const name = text.trim();
  if (name === "" || [...name].length > EPAY_ACCOUNT_NAME_CHARS_MAX) {
    throw new InvalidArgumentError(`must have 1 to ${EPAY_ACCOUNT_NAME_CHARS_MAX} characters`);
  }
  return name;
}
