import type pg from "pg";
import { AUDIT_REPEATED_ROWS_PER_MINUTE } from "#lib/base/limits.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import type { Queryable } from "../client.ts";
import { inTransaction, viaPrisma } from "../transaction.ts";

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
  /** More than once only for what {@link recordRepeated} counted together. */
  readonly times: number;
}

/** Written on the pool, or in the transaction that does what it tells of. */
export async function recordAudit(on: Queryable, entry: AuditEntry): Promise<void> {
  const { actor, action, subject, detail = {}, at } = entry;
  // Stays SQL: hot path. Payments and refunds write it on their own connection.
  await on.query("insert into audit_log (actor, action, subject, detail, created_at) values ($1, $2, $3, $4, $5)", [
    actor,
    action,
    subject,
    detail,
    at,
  ]);
}

/**
 * For what is done once however often it is asked for, and recorded after it was done: a repeat writes the entry that a crash
 * in between has lost. Two repeats at once may both write it.
 */
export async function recordAuditOnce(on: Queryable, entry: AuditEntry & { readonly subject: string }): Promise<void> {
  const { actor, action, subject, detail = {}, at } = entry;
  // Stays SQL: one statement looks and writes.
  await on.query(
    `insert into audit_log (actor, action, subject, detail, created_at)
     select $1, $2, $3, $4, $5 where not exists (select from audit_log where subject = $3 and action = $2)`,
    [actor, action, subject, detail, at],
  );
}

/** What is counted together. */
export interface RepeatedEntry {
  /** Whom it is about: each topic gets a bounded number of rows a minute. */
  readonly topic: string;
  readonly key: string;
}

/**
 * For what a caller can repeat at will, signed in or not: each `key` gets one row a minute with a count. What a topic
 * has beyond its bound is counted in one more row, which says neither from where nor about whom.
 */
export async function recordRepeated(pool: pg.Pool, { topic, key }: RepeatedEntry, entry: AuditEntry): Promise<void> {
  await inTransaction(pool, async (client) => {
    const others = `others:${entry.action}`;
    const limits = [AUDIT_REPEATED_ROWS_PER_MINUTE, others];
    const values = [entry.at, topic.slice(0, 100), key.slice(0, 300), ...limits];
    const { rows } = await client.query<{ key: string; times: number }>(COUNT_REPEAT, values);
    const counted = rows[0];
    if (counted?.times !== 1) return;
    const { actor, action, at, subject, detail = {} } = entry;
    const what = counted.key === others ? [null, { others: true }] : [subject, detail];
    await client.query(FIRST_OF_REPEATS, [actor, action, ...what, at, topic.slice(0, 100), counted.key]);
  });
}

// Stays SQL: row lock. The count decides in the statement that changes it, and one of a hundred at once makes the entry.
const COUNT_REPEAT = `
  with known as (
    select count(*) as rows, coalesce(bool_or(key = $3), false) as mine
      from audit_repeats where minute = date_trunc('minute', $1::timestamptz) and topic = $2
  )
  insert into audit_repeats as r (minute, topic, key)
  select date_trunc('minute', $1::timestamptz), $2, case when mine or rows < $4 then $3 else $5 end from known
  on conflict (minute, topic, key) do update set times = r.times + 1
  returning key, times`;
const FIRST_OF_REPEATS = `
  with entry as (
    insert into audit_log (actor, action, subject, detail, created_at) values ($1, $2, $3, $4, $5) returning id
  )
  update audit_repeats set audit_id = (select id from entry)
   where minute = date_trunc('minute', $5::timestamptz) and topic = $6 and key = $7`;

export interface AuditFilter {
  /** All of these things; everything when absent. */
  readonly subjects?: readonly string[];
  /** Id of the last entry of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** Newest first. Anything else that is looked for is in search-audit.ts. */
export function listAudit(pool: pg.Pool, { subjects, before, limit }: AuditFilter): Promise<ListedAudit[]> {
  const where: Prisma.AuditLogWhereInput = {
    ...(subjects === undefined ? {} : { subject: { in: [...subjects] } }),
    ...(before === undefined ? {} : { id: { lt: BigInt(before) } }),
  };
  return viaPrisma(pool, async (prisma) => {
    const entries = await prisma.auditLog.findMany({ where, orderBy: { id: "desc" }, take: limit });
    const repeats = await prisma.auditRepeat.findMany({ where: { auditId: { in: entries.map(({ id }) => id) } } });
    const times = new Map(repeats.map((repeat) => [repeat.auditId, repeat.times]));
    return entries.map(({ id, actor, action, subject, detail, createdAt: at }) => ({
      id: String(id),
      actor,
      action,
      subject,
      detail: detail as AuditDetail,
      at,
      times: times.get(id) ?? 1,
    }));
  });
}
