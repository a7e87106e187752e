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
  // Done by the launcher (lib/bin/launch/upgrade.mjs), which looks at the processes that run; here it is only described.
  program
    .command("upgrade")
    .description(
      "replace the running version of DATA_DIR by this folder's, without a pause: build, backup, migrations, health check",
    )
    .option("--back", "return to the version before, on the database as it is")
    .option("--no-backup", "make no backup before migrations")
    .action(() => program.error("upgrade runs through npm run -s cli --"));
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
