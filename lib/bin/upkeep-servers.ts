import type { Environment } from "#lib/config/environment.ts";
import type { UpkeepServers } from "#lib/ops/upkeep-deps.ts";
import { installedMajor } from "./postgres/restored-cluster.mjs";
import { attachPostgres } from "./postgres/start-postgres.mjs";
import { startThrowAwayPostgres, startThrowAwayRestored } from "./postgres/throw-away.mjs";

/** The servers that backups are made of and drills restore into. */
export const upkeepServers = ({ embeddedPostgres }: Pick<Environment, "embeddedPostgres">): UpkeepServers => ({
  openScratch: startThrowAwayPostgres,
  openRestored: startThrowAwayRestored,
  async cluster() {
    if (embeddedPostgres === null) return null;
    const server = await attachPostgres({ dataDir: embeddedPostgres });
    if (server === undefined) throw new Error(`the database of ${embeddedPostgres} is not running`);
    return server.cluster();
  },
  postgres: installedMajor,
});
