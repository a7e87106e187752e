import { type Composed, compose } from "#lib/compose.ts";
import { type Environment, readEnvironment } from "#lib/config/environment.ts";
import { openSeals, type Seals } from "#lib/config/master-key.ts";
import type { SealedBox } from "#lib/config/sealed-box.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";

/** Standard output belongs to the answer. */
const quiet = (environment: Environment): Environment => ({ ...environment, logLevel: "silent" });

export interface CommandContext {
  readonly environment: Environment;
  readonly database: Database;
  readonly box: SealedBox;
  readonly seals: Seals;
}

/** Database and seals alone: what most commands need. */
export async function withGround<Result>(work: (ground: CommandContext) => Promise<Result>): Promise<Result> {
  const environment = quiet(readEnvironment());
  const database = openDatabase({ url: environment.databaseUrl, poolSize: 2 });
  try {
    const seals = await openSeals(database.pool, environment);
    return await work({ environment, database, box: seals.box, seals });
  } finally {
    await database.close();
  }
}

/** The whole product, for commands that use its flows. */
export async function withProduct<Result>(work: (product: Composed) => Promise<Result>): Promise<Result> {
  const stopping = new AbortController();
  const product = await compose({ process: "cli", stopping: stopping.signal, environment: quiet(readEnvironment()) });
  try {
    return await work(product);
  } finally {
    stopping.abort();
    await product.close();
  }
}
