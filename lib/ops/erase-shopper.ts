import { createHmac } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { type Erased, type Erasure, eraseShopper as eraseRows } from "#lib/storage/behaviour/shoppers.ts";
import type { Database } from "#lib/storage/client.ts";

export interface EraseDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
  /** The pepper of pseudonyms. */
  readonly shopperKey: Uint8Array;
}

/** Takes a shopper out of every table; orders and payments stay for the books, without them. */
export async function eraseShopper({ pool, clock, log, shopperKey }: EraseDeps, erasure: Erasure): Promise<Erased> {
  const fingerprint = createHmac("sha256", shopperKey).update(`erased|${erasure.shopperId}`).digest("hex").slice(0, 16);
  const erased = await eraseRows(pool, { ...erasure, fingerprint, at: clock.now() });
  log.info("shopper.erased", { fingerprint, ...erased });
  return erased;
}
