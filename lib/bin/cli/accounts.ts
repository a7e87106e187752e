import type { Command } from "commander";
import { beijingTime } from "#lib/base/beijing-time.ts";
import {
  listRetiredAccounts,
  type RetiredAccount,
  revokeAccount,
} from "#lib/storage/configuration/gateway-accounts.ts";
import {
  type CommandContext,
  type CommandReport,
  type OutputOptions,
  reportOn,
  table,
  withDatabase,
} from "./command.ts";

const ACTOR = "command line";

export function addAccountCommands(program: Command): void {
  const accounts = program.command("accounts").description("WeChat Pay accounts that a newer configuration replaced");
  accounts
    .command("list")
    .description("list replaced accounts and until when their notices are accepted")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, () => withDatabase(listAccounts)));
  accounts
    .command("revoke")
    .description(
      "revoke a replaced account now: notices signed with its keys are rejected, and it cannot be used again",
    )
    .argument("<id>", "as `accounts list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, () =>
        withDatabase(async ({ database: { pool } }) => {
          const isNew = await revokeAccount(pool, { id, actor: ACTOR });
          return { value: { id, revoked: true }, text: isNew ? `${id} is revoked` : `${id} was already revoked` };
        }),
      ),
    );
}

async function listAccounts({ database: { pool } }: CommandContext): Promise<CommandReport> {
  const retired = await listRetiredAccounts(pool);
  if (retired.length === 0) return { value: { accounts: retired }, text: "No account has been replaced yet." };
  const rows = retired.map((account) => [
    ...[
      account.id,
      account.sandbox ? "sandbox" : "real",
      `API ${account.protocol}`,
      account.merchantNumber,
      account.appId,
    ],
    ...[beijingTime(account.retiredAt), String(account.openAttempts), endOf(account)],
  ]);
  const heads = [
    "id",
    "mode",
    "protocol",
    "merchant",
    "app",
    "replaced (Beijing)",
    "open payments",
    "notices accepted",
  ];
  return { value: { accounts: retired }, text: table(heads, rows) };
}

function endOf({ revokedAt, noticesUntil }: RetiredAccount): string {
  if (revokedAt !== null) return `no: revoked ${beijingTime(revokedAt)}`;
  if (noticesUntil === null) return "until 7 days after its last open payment";
  return noticesUntil.getTime() > Date.now()
    ? `until ${beijingTime(noticesUntil)}`
    : `no: since ${beijingTime(noticesUntil)}`;
}
