import { Command, CommanderError } from "commander";
import { addAccountCommands } from "./cli/accounts.ts";
import { addAdminCommands } from "./cli/admin.ts";
import { addBackupCommands } from "./cli/backup.ts";
import { addConfigCommands } from "./cli/config.ts";
import { addDiscrepancyCommands } from "./cli/discrepancies.ts";
import { addDoctorCommand } from "./cli/doctor.ts";
import { addDrillCommands } from "./cli/drill.ts";
import { addEpayCommands } from "./cli/epay.ts";
import { addEventCommands } from "./cli/events.ts";
import { addInsightCommands } from "./cli/insights.ts";
import { addKeyCommands } from "./cli/keys.ts";
import { addLearnerCommands } from "./cli/learner.ts";
import { addLedgerCommands } from "./cli/ledger.ts";
import { addMasterKeyCommands } from "./cli/master-key.ts";
import { addNotificationCommands } from "./cli/notifications.ts";
import { addOrderCommands } from "./cli/orders.ts";
import { addReconcileCommand } from "./cli/reconcile.ts";
import { addShopperCommands } from "./cli/shoppers.ts";
import { addTriggerCommand } from "./cli/trigger.ts";
import { addUpkeepCommands } from "./cli/upkeep.ts";
import { addWebhookCommands } from "./cli/webhooks.ts";

// The operator's tool. Exit codes: 0 done, 1 failed, 2 wrong usage.

const USAGE = 2;

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
throwInsteadOfExit(program);

try {
  await program.parseAsync();
} catch (cause) {
  if (!(cause instanceof CommanderError)) throw cause;
  // Asking for help is not an error; a command line without a command is.
  process.exitCode = cause.exitCode === 0 ? 0 : USAGE;
}

/** Existing subcommands do not inherit the setting. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const each of command.commands) throwInsteadOfExit(each as Command);
}
