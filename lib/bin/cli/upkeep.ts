import type { Command } from "commander";
import { readEnvironment } from "#lib/config/environment.ts";
import { cleanUp } from "#lib/ops/cleanup.ts";
import { silentLog } from "#lib/ops/log.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { type OutputOptions, reportOn, withDatabase } from "./command.ts";

export function addUpkeepCommands(program: Command): void {
  program
    .command("migrate")
    .description("bring the database up to date")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) =>
      reportOn(options, async () => {
        const applied = await migrate(readEnvironment().databaseListenUrl);
        const text = applied.length === 0 ? "nothing to do" : applied.map((name) => `applied ${name}`).join("\n");
        return { value: { applied }, text };
      }),
    );
  program
    .command("cleanup")
    .description("delete what is no longer needed: answers kept for repeats, nonces, rejections, delivered events")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) =>
      reportOn(options, async () => {
        const deleted = await withDatabase(({ database: { pool } }) =>
          cleanUp({ pool, clock: systemClock, log: silentLog }),
        );
        const text = Object.entries(deleted)
          .map(([kind, count]) => `${kind.padEnd(18)}${count}`)
          .join("\n");
        return { value: { deleted }, text };
      }),
    );
}
