import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CHAINS, TABLE_OF } from "#lib/storage/ledger/chain-rows.ts";
import { type LedgerSnapshot, readLedger } from "#lib/storage/ledger/read-ledger.ts";

/**
 * Everything that a verifier of somebody else needs, one JSON object a line (README.md beside this file). The file holds what the
 * audit log says about people: it is readable by its owner alone. @throws where the file is there already
 */
export async function exportLedger(url: string, file: string): Promise<{ readonly lines: number }> {
  return readLedger(url, async (ledger) => {
    let lines = 0;
    async function* text(): AsyncGenerator<string> {
      let held = "";
      for await (const value of records(ledger)) {
        lines++;
        // Two characters that JSON allows as they are, and that some readers take for the end of a line.
        held += `${JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")}\n`;
        if (held.length < 65_536) continue;
        yield held;
        held = "";
      }
      yield held;
    }
    await pipeline(Readable.from(text()), createWriteStream(file, { flags: "wx", mode: 0o600 }));
    return { lines };
  });
}

async function* records(ledger: LedgerSnapshot): AsyncGenerator<object> {
  yield { format: "lingfu-ledger", version: 1 };
  for (const { chain, rowId, rows, hash } of await ledger.heads()) {
    yield { table: "chain_heads", chain, rowId, rows, hash: hash.toString("hex") };
  }
  for (const { day, chains } of await ledger.anchors()) yield { table: "ledger_anchors", day, chains };
  for (const chain of CHAINS) {
    for await (const { rowId, previousId, hash } of ledger.links(chain)) {
      yield { table: "chain_links", chain, rowId, previousId, hash: hash.toString("hex") };
    }
    for await (const row of ledger.rows(chain)) yield { table: TABLE_OF[chain], ...row };
  }
  for (const id of await ledger.strayLines()) yield { table: "journal_lines", id };
  for await (const { orderId, paid, refunded } of ledger.orders()) yield { table: "orders", orderId, paid, refunded };
}
