import type pg from "pg";
import { run, statement } from "../transaction.ts";

// Stays SQL: hot path. Every process beats every few seconds, by Postgres' clock, and most never load Prisma.
const BEAT = statement("heartbeat")`
  insert into heartbeats (process, seen_at) values ($1, now())
  on conflict (process) do update set seen_at = excluded.seen_at`;
const SEEN = statement("heartbeat_seen")`
  select exists (select from heartbeats where process like $1 || ':%'
                  and seen_at > now() - $2 * interval '1 millisecond') as seen`;

/** @param process its kind and what tells it from others of that kind: `worker:host:1234` */
export async function beat(pool: pg.Pool, process: string): Promise<void> {
  await run(pool, BEAT, [process]);
}

/** A process that ends in good order is not waited for. */
export async function endBeat(pool: pg.Pool, process: string): Promise<void> {
  await pool.query("delete from heartbeats where process = $1", [process]);
}

/** Whether any process of this kind was seen lately. */
export async function seenLately(pool: pg.Pool, kind: string, withinMs: number): Promise<boolean> {
  return (await run<{ seen: boolean }>(pool, SEEN, [kind, withinMs])).rows[0]?.seen ?? false;
}
