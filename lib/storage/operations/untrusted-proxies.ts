import type pg from "pg";
import { run, type Statement } from "../transaction.ts";

const NOTE: Statement = {
  name: "note_untrusted_proxy",
  text: `insert into untrusted_proxies (private, peer, seen_at) values ($1, $2, now())
         on conflict (private) do update set peer = excluded.peer, seen_at = excluded.seen_at`,
};

/** A caller who forwards, and whom nobody told us to trust. */
export interface UntrustedProxy {
  /** On this machine or in a private network. */
  readonly private: boolean;
  readonly peer: string;
}

export async function noteUntrustedProxy(pool: pg.Pool, proxy: UntrustedProxy): Promise<void> {
  await run(pool, NOTE, [proxy.private, proxy.peer]);
}

/** Those of the last day; a private one first. */
export async function readUntrustedProxies(pool: pg.Pool): Promise<(UntrustedProxy & { readonly seenAt: Date })[]> {
  const { rows } = await pool.query<UntrustedProxy & { seenAt: Date }>(
    `select private, peer, seen_at as "seenAt" from untrusted_proxies
      where seen_at > now() - interval '1 day' order by private desc`,
  );
  return rows;
}
