import type { Pool } from "../client.ts";
import { inTransaction, viaPrisma } from "../transaction.ts";

export interface SealedDraft {
  readonly sealed: Uint8Array;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

export const readCredentialDraft = (pool: Pool): Promise<SealedDraft | null> =>
  viaPrisma(pool, (prisma) =>
    prisma.credentialDraft.findUnique({
      where: { id: 1 },
      select: { sealed: true, updatedAt: true, updatedBy: true },
    }),
  );

/** @param change from what is kept to what is to be kept; two at once lose nothing of each other */
export const changeCredentialDraft = (
  pool: Pool,
  change: (before: Uint8Array | null) => Uint8Array,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<void> =>
  inTransaction(pool, async (client) => {
    // SQL: a lock, also where there is no row yet.
    await client.query("lock table credential_drafts in share row exclusive mode");
    const { rows } = await client.query<{ sealed: Uint8Array }>("select sealed from credential_drafts");
    const sealed = change(rows[0]?.sealed ?? null);
    await client.query(
      `insert into credential_drafts (sealed, updated_at, updated_by) values ($1, $2, $3)
       on conflict (id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      [sealed, at, by],
    );
  });

export async function forgetCredentialDraft(pool: Pool): Promise<void> {
  await viaPrisma(pool, (prisma) => prisma.credentialDraft.deleteMany());
}
