import type { Command } from "commander";
import { AppError } from "#lib/base/app-error.ts";
import { listChannels } from "#lib/storage/notifications/notification-channels.ts";
import { type OutputOptions, reportOn, table, withProduct } from "./command.ts";

const ACTOR = "command line";

export function addNotificationCommands(program: Command): void {
  const notifications = program
    .command("notifications")
    .description("channels that tell people of payments and faults");
  notifications
    .command("list")
    .description("all channels, and how they are")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) =>
      reportOn(options, () =>
        withProduct(async ({ database }) => {
          const channels = await listChannels(database.pool);
          const rows = channels.map(({ id, kind, name, target, lastSentAt, lastAnswer, ...state }) => [
            ...[id, kind, name, target, stateOf(state)],
            ...[lastSentAt?.toISOString() ?? "never", lastAnswer ?? ""],
          ]);
          const heads = ["id", "kind", "name", "target", "state", "last sent", "last answer"];
          return { value: { channels }, text: table(heads, rows) };
        }),
      ),
    );
  notifications
    .command("test")
    .description("send a test message at once, and show the receiver's answer")
    .argument("<id>", "as `notifications list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, () =>
        withProduct(async ({ notifier }) => {
          const { kind, answer } = await notifier.test(id, ACTOR);
          if (kind !== "sent") throw new AppError("gateway_unavailable", `not delivered: ${answer}`);
          return { value: { id, delivered: true, answer }, text: `delivered: ${answer}` };
        }),
      ),
    );
}

interface ListedState {
  readonly disabledAt: Date | null;
  readonly pausedAt: Date | null;
  readonly failingSince: Date | null;
}

function stateOf({ disabledAt, pausedAt, failingSince }: ListedState): string {
  if (disabledAt !== null) return "disabled";
  if (pausedAt !== null) return "paused";
  return failingSince === null ? "working" : "failing";
}
