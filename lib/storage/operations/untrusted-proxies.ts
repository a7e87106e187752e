import type pg from "pg";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

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

/** Those of the last day; a private one first. */
export function readUntrustedProxies(pool: pg.Pool): Promise<(UntrustedProxy & { readonly seenAt: Date })[]> {
  const yesterday = addMs(new Date(), -DAY_MS);
  return viaPrisma(pool, (prisma) =>
    prisma.untrustedProxy.findMany({ where: { seenAt: { gt: yesterday } }, orderBy: { private: "desc" } }),
  );
}
