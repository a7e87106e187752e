import type pg from "pg";
import { AUDIT_ROWS_SEARCHED } from "#lib/base/limits.ts";
import { addMs, HOUR_MS } from "#lib/base/time.ts";
import { likePart, likeStart } from "../like.ts";
import type { ListedAudit } from "./audit-log.ts";

export interface AuditSearch {
  /** Actions about this thing: `order` for `order.close`. */
  readonly about?: string;
  /** A part of who did it, of what it was done to, or of that person's address. */
  readonly text?: string;
  readonly from?: Date;
  /** The moment after the last one. */
  readonly to?: Date;
  /** Only entries below this id: the last one of the page before, or where the search before stopped. */
  readonly before?: string;
  readonly limit: number;
  /** For tests. */
  readonly rowsMax?: number;
}

export interface FoundAudit {
  readonly entries: readonly ListedAudit[];
  /** Where the search stopped though older entries may fit as well; null where it found enough, or has read them all. */
  readonly stopped: { readonly id: string; readonly at: Date } | null;
}

/**
 * Newest first. The log is never emptied and no index knows its texts, so one search reads so many entries at most and
 * says where it stopped.
 */
export async function searchAudit(pool: pg.Pool, search: AuditSearch): Promise<FoundAudit> {
  const { about, text, from, to, limit } = search;
  const isNarrowed = [about, text, from, to].some((each) => each !== undefined);
  const rowsMax = isNarrowed ? (search.rowsMax ?? AUDIT_ROWS_SEARCHED) : limit;
  const [above, below] = await Promise.all([
    from === undefined ? "0" : lastBefore(pool, addMs(from, -DISORDER_MS)),
    to === undefined ? null : lastBefore(pool, addMs(to, DISORDER_MS)),
  ]);
  const topic = about === undefined ? null : likeStart(`${about}.`);
  const like = text === undefined ? null : likePart(text);
  const values = [search.before ?? null, above, below, rowsMax, topic, like, from ?? null, to ?? null, limit];
  const { rows } = await pool.query<FoundRow>(SEARCH, values);
  const { endId, endAt, rowsRead } = rows[0] ?? { endId: null, endAt: null, rowsRead: 0 };
  const entries = rows.flatMap(({ endId: _id, endAt: _at, rowsRead: _rows, ...entry }) =>
    entry.id === null ? [] : [entry as ListedAudit],
  );
  const isShort = entries.length < limit && rowsRead === rowsMax && endId !== null && endAt !== null;
  return { entries, stopped: isShort ? { id: endId, at: endAt } : null };
}

interface FoundRow extends Omit<ListedAudit, "id"> {
  readonly id: string | null;
  readonly endId: string | null;
  readonly endAt: Date | null;
  readonly rowsRead: number;
}

/** Entries are numbered as they are written, and each process has a clock of its own: times are in order but for this. */
const DISORDER_MS = HOUR_MS;

// Stays SQL: one statement over the entries read and the counts of repeated ones.
const SEARCH = `
  with read as materialized (
    select id, actor, action, subject, detail, created_at from audit_log
     where ($1::bigint is null or id < $1) and id > $2::bigint and ($3::bigint is null or id <= $3)
     order by id desc limit $4
  ), ended as (
    select count(*)::int as rows, min(id) as id from read
  )
  select ended.rows as "rowsRead", ended.id::text as "endId",
         (select created_at from read where read.id = ended.id) as "endAt",
         found.id::text as id, found.actor, found.action, found.subject, found.detail, found.created_at as at,
         coalesce(r.times, 1) as times
    from ended
    left join lateral (
      select * from read
       where ($5::text is null or action like $5)
         and ($6::text is null or actor ilike $6 or subject ilike $6
              or detail ->> 'email' ilike $6 or detail ->> 'address' ilike $6)
         and ($7::timestamptz is null or created_at >= $7) and ($8::timestamptz is null or created_at < $8)
       order by id desc limit $9
    ) found on true
    left join audit_repeats r on r.audit_id = found.id
   order by found.id desc`;

/** Id of the last entry before this moment, by halves: an index on the time would cost every payment a write. */
async function lastBefore(pool: pg.Pool, at: Date): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(LAST_BEFORE, [at]);
  return rows[0]?.id ?? "0";
}

// Stays SQL: it calls itself.
const LAST_BEFORE = `
  with recursive halves(low, high) as (
    select 0::bigint, coalesce(max(id), 0) + 1 from audit_log
    union all
    select case when is_early then middle else low end, case when is_early then high else middle end
      from halves
     cross join lateral (select (low + high) / 2 as middle) m
     cross join lateral (
       select coalesce((select created_at < $1 from audit_log where id <= middle order by id desc limit 1), true) as is_early
     ) e
     where high - low > 1
  )
  select low as id from halves order by high - low limit 1`;
