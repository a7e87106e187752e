import type { Pool } from "../client.ts";
import { run, statement } from "../transaction.ts";

// The nonces that signed requests of the merchant API have used, so that a captured request cannot be sent again.

// Stays SQL: hot path. Every signed request uses one.
const SPEND_NONCE = statement("spend_nonce")`
  insert into nonces (api_key_id, nonce, expires_at) values ($1, $2, $3) on conflict do nothing`;

interface UsedNonce {
  readonly keyId: string;
  readonly nonce: string;
  /** From then on the timestamp alone refuses the request, so the nonce may be deleted. */
  readonly expiresAt: Date;
}

/** Whether this is the first use of the nonce with this key. Stored, so that it holds across restarts. */
export async function spendNonce(pool: Pool, { keyId, nonce, expiresAt }: UsedNonce): Promise<boolean> {
  return (await run(pool, SPEND_NONCE, [keyId, nonce, expiresAt])).rowCount === 1;
}
