import type pg from "pg";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { run, statement } from "../transaction.ts";

// Stays SQL: hot path. Any request may note it, also in a process that never loads Prisma.
const NOTE = statement("note_untrusted_proxy")`
  insert into untrusted_proxies (private, peer, seen_at) values ($1, $2, now())
  on conflict (private) do update set peer = excluded.peer, seen_at = excluded.seen_at`;

/** A caller that forwards and is not configured as trusted. */
export interface UntrustedProxy {
  /** On this machine or in a private network. */
  readonly private: boolean;
  readonly peer: string;
}

export async function noteUntrustedProxy(pool: pg.Pool, proxy: UntrustedProxy): Promise<void> {
  await run(pool, NOTE, [proxy.private, proxy.peer]);
}

// Stays SQL: the doctor of every quiet worker asks it, which loads no Prisma.
const SEEN_SINCE = statement("untrusted_proxies_seen")`
  select private, peer, seen_at as "seenAt" from untrusted_proxies where seen_at > $1 order by private desc`;

interface SeenProxy extends UntrustedProxy {
  readonly seenAt: Date;
}

/** Those of the last day; a private one first. */
export const readUntrustedProxies = async (pool: pg.Pool): Promise<SeenProxy[]> =>
  (await run<SeenProxy>(pool, SEEN_SINCE, [addMs(new Date(), -DAY_MS)])).rows;
