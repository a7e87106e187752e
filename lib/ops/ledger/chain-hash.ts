import { createHash } from "node:crypto";
import { type ChainName, type ChainRow, TABLE_OF } from "#lib/storage/ledger/chain-rows.ts";

// The canonical bytes of a row and the hash of a link, as README.md beside this file describes them for everybody.

/** The hash before the first row's. */
export const GENESIS: Buffer = Buffer.alloc(32);

/** Netstrings: the number of bytes, a colon, the bytes, a comma. An empty value is not the same as none. */
const field = (text: string | null): string => (text === null ? "-," : `${Buffer.byteLength(text)}:${text},`);

function rowBytes(chain: ChainName, { id, fields, lines }: ChainRow): string {
  return [TABLE_OF[chain], id, ...fields, ...lines.flat()].map(field).join("");
}

export const linkHash = (before: Buffer, chain: ChainName, row: ChainRow): Buffer =>
  createHash("sha256").update(before).update(rowBytes(chain, row)).digest();
