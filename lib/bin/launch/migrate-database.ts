// node migrate-database.ts: applies what is pending to DATABASE_URL and prints the name of each on a line of its own. Where
// MASTER_KEY is set, a database that belongs to another key is left as it is, and the exit code is 3; it is 4 when no
// database can be reached.
import { ConfigurationProblem, readMasterKey } from "../../config/environment.ts";
import { keyRingOf, refuseUnknownKeys } from "../../config/master-key.ts";
import { openDatabase } from "../../storage/client.ts";
import { isAway } from "../../storage/errors.ts";
import { migrate } from "../../storage/migrate.ts";

const WRONG_KEY = 3;
const AWAY = 4;
const { DATABASE_URL: url = "", MASTER_KEY, MASTER_KEY_PREVIOUS, MASTER_KEY_FILE } = process.env;

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

/** A name with several addresses fails with an error for each, and with an empty text of its own. */
function causeOf(cause: unknown): unknown {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : first;
}

try {
  await checkMasterKey();
  await migrate(url, { onApplied: (name) => console.log(name) });
} catch (cause) {
  console.error(causeOf(cause));
  process.exitCode = cause instanceof ConfigurationProblem ? WRONG_KEY : isAway(cause) ? AWAY : 1;
}
