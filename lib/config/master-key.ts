import type { Pool } from "#lib/storage/client.ts";

import { claimMasterKey } from "#lib/storage/master-key.ts";
import { ConfigurationProblem } from "./environment.ts";
import type { SealedBox } from "./sealed-box.ts";

/**
 * To be called at every start, before anything is read or written: with another key the process could read no
 * credentials, and would write what the others cannot read.
 * @throws ConfigurationProblem when the database was set up with another key; nothing was changed then
 */
export async function checkMasterKey(pool: Pick<Pool, "query">, box: Pick<SealedBox, "keyId">): Promise<void> {
  const known = await claimMasterKey(pool, box.keyId);
  if (Buffer.compare(known, box.keyId) === 0) return;
  throw new ConfigurationProblem([
    "MASTER_KEY is not the key that this database was set up with: put the first one back (DATA_DIR/master.key)",
  ]);
}
