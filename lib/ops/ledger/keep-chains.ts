import type { Clock } from "#lib/base/clock.ts";
import { CHAIN_ROWS_AT_ONCE } from "#lib/base/limits.ts";
import type { Pool } from "#lib/storage/client.ts";
import {
  type ChainHead,
  extendChain,
  type NewLink,
  readHeads,
  readWriters,
  readWrittenTo,
  type WrittenTo,
} from "#lib/storage/ledger/chain-links.ts";
import { CHAINS, type ChainName, type ChainRow } from "#lib/storage/ledger/chain-rows.ts";
import { linkHash } from "./chain-hash.ts";

// Chains what was booked and recorded, behind the booking. Rows are linked in the order of their ids, and only once no open
// transaction can still hold an id among them: a row that is committed late is never stepped over.

export interface ChainKeeper {
  /** One look at each chain; `again` when more rows are ready. */
  turn(): Promise<"again" | "done">;
}

export function createChainKeeper({ pool, clock }: { readonly pool: Pool; readonly clock: Clock }): ChainKeeper {
  /** How far each table had come, and which of its writers of that moment are still at work. */
  const waiting = new Map<ChainName, WrittenTo>();

  async function turnOf(chain: ChainName, head: ChainHead): Promise<"again" | "done"> {
    const before = waiting.get(chain);
    const written = before === undefined ? await readWrittenTo(pool, chain) : await stillWriting(chain, before);
    if (written.writers.length > 0) {
      waiting.set(chain, written);
      return "done";
    }
    if (BigInt(written.newestId) <= BigInt(head.rowId)) {
      waiting.delete(chain);
      return "done";
    }
    const added = await extendChain(pool, {
      chain,
      toId: written.newestId,
      rowsMax: CHAIN_ROWS_AT_ONCE,
      now: clock.now(),
      linksOf: (from, rows) => linksOf(chain, from, rows),
    });
    if (added < CHAIN_ROWS_AT_ONCE) {
      waiting.delete(chain);
      return "done";
    }
    waiting.set(chain, written);
    return "again";
  }
  async function stillWriting(chain: ChainName, { newestId, writers }: WrittenTo): Promise<WrittenTo> {
    if (writers.length === 0) return { newestId, writers };
    const open = new Set(await readWriters(pool, chain));
    return { newestId, writers: writers.filter((transaction) => open.has(transaction)) };
  }
  return {
    async turn() {
      const results: ("again" | "done")[] = [];
      for (const head of await readHeads(pool)) {
        if (CHAINS.includes(head.chain)) results.push(await turnOf(head.chain, head));
      }
      return results.includes("again") ? "again" : "done";
    },
  };
}

function linksOf(chain: ChainName, head: ChainHead, rows: readonly ChainRow[]): NewLink[] {
  const links: NewLink[] = [];
  let { rowId: previousId, hash: before }: { rowId: string; hash: Buffer } = head;
  for (const row of rows) {
    const hash = linkHash(before, chain, row);
    links.push({ rowId: row.id, previousId, hash });
    previousId = row.id;
    before = hash;
  }
  return links;
}
