import type { Pool } from "../client.ts";
import { type AuditEntry, recordAudit } from "../operations/audit-log.ts";
import { inTransaction } from "../transaction.ts";

export interface RecordedSignIn {
  readonly userId: string;
  readonly entry: AuditEntry;
  /** null: by a device that signed in before. */
  readonly newDevice: { readonly address: string } | null;
}

/** Writes a sign-in down; one from a new device is told to its person, on the devices they receive messages on. */
export function recordSignIn(pool: Pool, { userId, entry, newDevice }: RecordedSignIn): Promise<void> {
  return inTransaction(pool, async (client) => {
    await recordAudit(client, entry);
    if (newDevice === null) return;
    // Stays SQL: one statement for several tables.
    await client.query("select tell_person($1, 'new_device', $2, $3)", [userId, newDevice, entry.at]);
  });
}
