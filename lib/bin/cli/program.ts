import { Command, CommanderError } from "commander";
import { addAccountCommands } from "./accounts.ts";
import { addAdminCommands } from "./admin.ts";
import { addBackupCommands } from "./backup.ts";
import { addConfigCommands } from "./config.ts";
import { addDiscrepancyCommands } from "./discrepancies.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addDrillCommands } from "./drill.ts";
import { addEpayCommands } from "./epay.ts";
import { addEventCommands } from "./events.ts";
import { addInsightCommands } from "./insights.ts";
import { addKeyCommands } from "./keys.ts";
import { addLearnerCommands } from "./learner.ts";
import { addLedgerCommands } from "./ledger.ts";
import { addMasterKeyCommands } from "./master-key.ts";
import { addNotificationCommands } from "./notifications.ts";
import { addOrderCommands } from "./orders.ts";
import { addReconcileCommand } from "./reconcile.ts";
import { addShopperCommands } from "./shoppers.ts";
import { addTriggerCommand } from "./trigger.ts";
import { addUpkeepCommands } from "./upkeep.ts";
import { addWebhookCommands } from "./webhooks.ts";

const USAGE = 2;

/** Runs one command line, without the name of the program, and sets the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const program = commands();
  throwInsteadOfExit(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    // Asking for help is not an error; a command line without a command is.
    process.exitCode = cause.exitCode === 0 ? 0 : USAGE;
  }
}

function commands(): Command {
  const program = new Command("npm run -s cli --")
    .description("Lingfu: the operator's tool")
    .showHelpAfterError("(--help lists the commands)");
  addInsightCommands(program);
  addKeyCommands(program);
  addEpayCommands(program);
  addAccountCommands(program);
  addAdminCommands(program);
  addOrderCommands(program);
  addEventCommands(program);
  addTriggerCommand(program);
  addBackupCommands(program);
  addConfigCommands(program);
  addMasterKeyCommands(program);
  addDiscrepancyCommands(program);
  addDoctorCommand(program);
  addDrillCommands(program);
  addLearnerCommands(program);
  addLedgerCommands(program);
  addReconcileCommand(program);
  addShopperCommands(program);
  addUpkeepCommands(program);
  addWebhookCommands(program);
  addNotificationCommands(program);
  return program;
}

/** Existing subcommands do not inherit the setting. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const each of command.commands) throwInsteadOfExit(each as Command);
}
