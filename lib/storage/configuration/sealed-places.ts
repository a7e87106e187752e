import pg from "pg";
import type { Queryable } from "../client.ts";
import { inTransaction } from "../transaction.ts";

// Stays SQL: row lock, and one statement for each of several tables.
// Every column that holds sealed values. A test holds this list against what the program seals.

interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The row's name in the seal, in SQL. */
  readonly row: string;
  /** Base64 behind a word, instead of bytes. */
  readonly text?: { readonly prefix: string };
}

export const SEALED_PLACES: readonly SealedPlace[] = [
  { table: "master_key", column: "root_sealed", row: "id::text" },
  { table: "gateway_accounts", column: "sealed", row: "id" },
  { table: "api_keys", column: "secret_sealed", row: "id" },
  { table: "api_keys", column: "previous_secret_sealed", row: "id" },
  { table: "webhook_endpoints", column: "secret_sealed", row: "id" },
  { table: "webhook_endpoints", column: "previous_secret_sealed", row: "id" },
  { table: "epay_accounts", column: "key_sealed", row: "pid" },
  { table: "notification_channels", column: "settings_sealed", row: "id" },
  { table: "receipt_mails", column: "address_sealed", row: "id" },
  { table: "printers", column: "settings_sealed", row: "id" },
  { table: "push_keys", column: "private_sealed", row: "id::text" },
  { table: "credential_drafts", column: "sealed", row: "id::text" },
  { table: "admin_users", column: "first_password", row: "id" },
  { table: "admin_users", column: "totp_secret", row: "id" },
  { table: "idempotency", column: "body", row: "api_key_id || '/' || key", text: { prefix: "sealed:" } },
];

const quoted = pg.escapeIdentifier;

const bytesOf = ({ column, text }: SealedPlace): string =>
  text === undefined
    ? quoted(column)
    : `case when ${quoted(column)} like ${pg.escapeLiteral(`${text.prefix}%`)}
            then decode(substr(${quoted(column)}, ${text.prefix.length + 1}), 'base64') end`;

const KEY_ID = (place: SealedPlace): string => `substring(${bytesOf(place)} from 2 for 16)`;

/** Where something lies, under which key, and how much of it. */
export interface SealedCount {
  readonly place: string;
  /** Hex. */
  readonly keyId: string;
  readonly count: number;
}

/** All that is sealed, by place and key. */
export async function countSealed(on: Queryable): Promise<SealedCount[]> {
  const counts: SealedCount[] = [];
  for (const place of SEALED_PLACES) {
    const { rows } = await on.query<{ keyId: string; count: number }>(
      `select encode(${KEY_ID(place)}, 'hex') as "keyId", count(*)::int as count from ${quoted(place.table)}
        where octet_length(${bytesOf(place)}) > 0 group by 1 order by 1`,
    );
    counts.push(...rows.map((row) => ({ place: `${place.table}.${place.column}`, ...row })));
  }
  return counts;
}

export interface Rewrapping {
  readonly from: Uint8Array;
  readonly rewrap: (sealed: Uint8Array, binding: { table: string; column: string; row: string }) => Uint8Array;
  /** Rows of one transaction. */
  readonly batch: number;
  readonly onBatch?: (count: number) => void;
}

/** Re-wraps all that is sealed under `from`, batch by batch; what was done stays done when it is stopped. @returns how many */
export async function rewrapAll(pool: pg.Pool, options: Rewrapping): Promise<number> {
  let total = 0;
  for (const place of SEALED_PLACES) {
    for (let done = -1; done !== 0; total += done) {
      done = await inTransaction(pool, (client) => rewrapBatch(client, place, options));
      options.onBatch?.(done);
    }
  }
  return total;
}

async function rewrapBatch(client: pg.PoolClient, place: SealedPlace, options: Rewrapping): Promise<number> {
  const { table, column, row, text } = place;
  const { rows } = await client.query<{ ctid: string; row: string; sealed: Buffer }>(
    `select ctid::text, ${row} as row, ${bytesOf(place)} as sealed from ${quoted(table)}
      where ${KEY_ID(place)} = $1 limit $2 for update`,
    [Buffer.from(options.from), options.batch],
  );
  for (const found of rows) {
    const fresh = Buffer.from(options.rewrap(found.sealed, { table, column, row: found.row }));
    const value = text === undefined ? fresh : text.prefix + fresh.toString("base64");
    // The row is locked, so it lies where it was found.
    await client.query(`update ${quoted(table)} set ${quoted(column)} = $1 where ctid = $2::tid`, [value, found.ctid]);
  }
  return rows.length;
}
