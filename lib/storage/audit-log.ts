import type pg from "pg";

/** Who did what to what. `detail` is read by people and holds no secret. */
export interface AuditEntry {
  /** The address of mail of a person, or the name of a part of the product. */
  readonly actor: string;
  /** `order.close`, `admin.signed_in`: a thing and a verb. */
  readonly action: string;
  readonly subject: string | null;
  readonly detail?: AuditDetail;
  readonly at: Date;
}

export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface ListedAudit extends Required<AuditEntry> {
  readonly id: string;
}

/** Written on the pool, or in the transaction that does what it tells of. */
export async function recordAudit(on: Pick<pg.Pool, "query"> | pg.PoolClient, entry: AuditEntry): Promise<void> {
  const { actor, action, subject, detail = {}, at } = entry;
  await on.query("insert into audit_log (actor, action, subject, detail, created_at) values ($1, $2, $3, $4, $5)", [
    actor,
    action,
    subject,
    detail,
    at,
  ]);
}

export interface AuditFilter {
  /** All of these things; everything when absent. */
  readonly subjects?: readonly string[];
  /** Id of the last entry of the page before. */
  readonly before?: string;
  readonly limit: number;
}

// With its table's name: alone it would mean the text that is selected under the same name, by which 99 comes after 100.
const NEWEST = "l.id desc";

/** Newest first. */
export async function listAudit(pool: pg.Pool, { subjects, before, limit }: AuditFilter): Promise<ListedAudit[]> {
  const { rows } = await pool.query<ListedAudit>(
    `select l.id::text, actor, action, subject, detail, created_at as at from audit_log l
      where ($1::text[] is null or subject = any($1)) and ($2::bigint is null or l.id < $2)
      order by ${NEWEST} limit $3`,
    [subjects ?? null, before ?? null, limit],
  );
  return rows;
}

/** What was done in some ways, whatever to; newest first. */
export async function listAuditOf(pool: pg.Pool, actions: readonly string[], limit: number): Promise<ListedAudit[]> {
  const { rows } = await pool.query<ListedAudit>(
    `select l.id::text, actor, action, subject, detail, created_at as at from audit_log l
      where action = any($1) order by ${NEWEST} limit $2`,
    [actions, limit],
  );
  return rows;
}
