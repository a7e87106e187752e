// node migrate-database.ts [--look]: applies what is pending to the database and prints the name of each on a line of its own; with
// --look it only prints them. What the
// operator has to set differently ends it with exit code 3 and changes nothing: a MASTER_KEY that is not this database's, a
// connection pooler that is in the way, a program older than the database. It is 4 when no database can be reached.
import { ConfigurationProblem, readMasterKey } from "../../config/environment.ts";
import { keyRingOf, refuseUnknownKeys } from "../../config/master-key.ts";
import { openDatabase } from "../../storage/client.ts";
import { type ConnectionFault, checkConnections, passesNotifications } from "../../storage/connection-checks.ts";
import { isAbsentDatabase, isAway } from "../../storage/errors.ts";
import { migrate, migrationState, refuseNewerDatabase } from "../../storage/migrate.ts";
import { NewerDatabase } from "../../storage/migration-history.ts";

const REFUSED = 3;
const AWAY = 4;
const { DATABASE_URL: poolUrl = "", MASTER_KEY, MASTER_KEY_PREVIOUS, MASTER_KEY_FILE } = process.env;
const listenUrl = process.env.DATABASE_LISTEN_URL || null;
/** A migration needs a session of its own, as listening does. */
const url = listenUrl ?? poolUrl;

async function checkMasterKey(): Promise<void> {
  const masterKey = readMasterKey(MASTER_KEY ?? "");
  if (masterKey === null) return; // The process that needs the key reports other problems.
  const previousMasterKey = readMasterKey(MASTER_KEY_PREVIOUS ?? "");
  const ring = keyRingOf({ masterKey, previousMasterKey, masterKeyFile: MASTER_KEY_FILE || null });
  const database = openDatabase({ url, poolSize: 1 });
  try {
    await refuseUnknownKeys(database.pool, ring);
  } catch (cause) {
    // A database that does not exist yet is made by the migrations, and they say it when none can be reached.
    if (cause instanceof ConfigurationProblem) throw cause;
  } finally {
    await database.close();
  }
}

const ADVICE: Readonly<Record<ConnectionFault, string>> = {
  notifications:
    listenUrl === null
      ? "DATABASE_URL is a connection pooler that passes no notifications on: set DATABASE_LISTEN_URL as well, to the address of PostgreSQL itself"
      : "DATABASE_LISTEN_URL is a connection pooler that passes no notifications on: it must be the address of PostgreSQL itself",
  parameters:
    "DATABASE_URL is a connection pooler that refuses startup parameters: set DATABASE_LISTEN_URL as well, to the address of PostgreSQL itself",
  prepared:
    "DATABASE_URL is a connection pooler that does not track prepared statements: set DATABASE_PREPARED=0, or max_prepared_statements in PgBouncer 1.21 and newer",
  transactions:
    "DATABASE_URL is a connection pooler that gives each statement a session of its own: set pool_mode = transaction in PgBouncer",
};

const refuse = (fault: ConnectionFault) => new ConfigurationProblem([ADVICE[fault]]);

/** Before anything is changed: through such a pooler the lock of the migrations would be lost. */
async function checkListening(): Promise<void> {
  const passes = await passesNotifications(url).catch((cause: unknown) => {
    if (isAbsentDatabase(cause)) return true;
    throw cause;
  });
  if (!passes) throw refuse("notifications");
}

async function checkPool(): Promise<void> {
  const { DATABASE_PREPARED: prepared = "1" } = process.env;
  const address = { url: poolUrl, pooled: listenUrl !== null, prepared: !/^(0|false)$/.test(prepared) };
  const { fault } = await checkConnections(address, url);
  if (fault !== null) throw refuse(fault);
}

/** A name with several addresses fails with an error for each, and with an empty text of its own. */
function causeOf(cause: unknown): unknown {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : first;
}

async function lookOnly(allowNewer: boolean): Promise<void> {
  const database = openDatabase({ url, poolSize: 1 });
  try {
    await refuseNewerDatabase(database.pool, { allowNewer });
    const { missing, problem } = await migrationState(database.pool);
    if (problem !== undefined) throw new Error(problem);
    for (const name of missing) console.log(name);
  } finally {
    await database.close();
  }
}

try {
  await checkListening();
  await checkMasterKey();
  const allowNewer = /^(1|true)$/.test(process.env.ALLOW_NEWER_DATABASE ?? "");
  if (process.argv[2] === "--look") await lookOnly(allowNewer);
  else await migrate(url, { onApplied: (name) => console.log(name), allowNewer });
  await checkPool();
} catch (cause) {
  console.error(causeOf(cause));
  process.exitCode =
    cause instanceof ConfigurationProblem || cause instanceof NewerDatabase ? REFUSED : isAway(cause) ? AWAY : 1;
}
