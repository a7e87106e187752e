import type { Database } from "#lib/storage/client.ts";
import { run, type Statement } from "#lib/storage/transaction.ts";

const USE: Statement = {
  name: "spend_nonce",
  text: "insert into nonces (api_key_id, nonce, expires_at) values ($1, $2, $3) on conflict do nothing",
};

export interface UsedNonce {
  readonly keyId: string;
  readonly nonce: string;
  /** From when on the timestamp alone refuses the request, so that the nonce may be forgotten. */
  readonly expiresAt: Date;
}

/** Whether this is the first use of the nonce with this key. On disk, so a restart forgets nothing. */
export async function spendNonce(pool: Database["pool"], { keyId, nonce, expiresAt }: UsedNonce): Promise<boolean> {
  const { rowCount } = await run(pool, USE, [keyId, nonce, expiresAt]);
  return rowCount === 1;
}
