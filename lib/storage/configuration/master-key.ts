import type pg from "pg";
import { addMs } from "#lib/base/time.ts";
import type { Queryable } from "../client.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** Which master key seals, and how far a change of it has come. */
export interface MasterKeyState {
  readonly keyId: Uint8Array;
  /** What keyed hashes hang on, sealed; null in a database of before it existed. */
  readonly rootSealed: Uint8Array | null;
  /** Values may still lie under it. */
  readonly previousKeyId: Uint8Array | null;
  /** Postgres refuses what is sealed under the previous one. */
  readonly previousRefused: boolean;
}

const COLUMNS = `key_id as "keyId", root_sealed as "rootSealed", previous_key_id as "previousKeyId",
  previous_refused as "previousRefused"`;

// Stays SQL: hot path. Every process reads and notes its key at its start and every few seconds, some before the migrations.
/** @returns null in an unused database */
export async function readMasterKeyState(on: Queryable): Promise<MasterKeyState | null> {
  const { rows } = await on.query<MasterKeyState>(`select ${COLUMNS} from master_key`);
  return rows[0] ?? null;
}

/** Names of the keys that values may lie under. Changes nothing, and works before any migration. */
export async function keyIdsInUse(on: Queryable): Promise<Uint8Array[]> {
  const { rows: there } = await on.query<{ yes: boolean }>(
    "select to_regclass('public.master_key') is not null as yes",
  );
  if (there[0]?.yes !== true) return [];
  // As JSON, since a database of before has fewer columns.
  const { rows } = await on.query<{ row: { key_id: string; previous_key_id?: string | null } }>(
    "select to_jsonb(k) as row from master_key k",
  );
  return rows.flatMap(({ row }) => [row.key_id, row.previous_key_id ?? []].flat()).map(fromHex);
}

/** As Postgres writes bytes in JSON: `\\x0f39…`. */
const fromHex = (text: string): Uint8Array => Buffer.from(text.slice(2), "hex");

/**
 * Notes which master key this database is set up with, and the root that goes with it; the first to come decides. Safe to call
 * from many processes.
 */
export async function claimMasterKey(
  on: Queryable,
  { keyId, rootSealed }: { readonly keyId: Uint8Array; readonly rootSealed: Uint8Array },
): Promise<void> {
  await on.query("insert into master_key (key_id, root_sealed) values ($1, $2) on conflict (id) do nothing", [
    Buffer.from(keyId),
    Buffer.from(rootSealed),
  ]);
}

/** Gives a database of before its root, where it has none yet. */
export async function giveRoot(on: Queryable, rootSealed: Uint8Array): Promise<void> {
  await on.query("update master_key set root_sealed = $1 where root_sealed is null", [Buffer.from(rootSealed)]);
}

/** From now on `to` seals. @returns false when the state is not the one that was seen */
export async function replaceMasterKey(
  pool: pg.Pool,
  { from, to, at }: { readonly from: Uint8Array; readonly to: Uint8Array; readonly at: Date },
): Promise<boolean> {
  const keyId = new Uint8Array(from);
  const { count } = await viaPrisma(pool, (prisma) =>
    prisma.masterKey.updateMany({
      where: { keyId, previousKeyId: null },
      data: { keyId: new Uint8Array(to), previousKeyId: keyId, previousRefused: false, rotatedAt: at },
    }),
  );
  return count === 1;
}

/** Waits for writers that seal under the previous key right now; later ones are refused. */
export async function refusePreviousKey(pool: pg.Pool): Promise<void> {
  await viaPrisma(pool, (prisma) =>
    prisma.masterKey.updateMany({ where: { previousKeyId: { not: null } }, data: { previousRefused: true } }),
  );
}

/** Ends the change of keys, where nothing lies under the previous one any more. @returns how many values still do */
export function endMasterKeyChange(pool: pg.Pool, count: (on: pg.PoolClient) => Promise<number>): Promise<number> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Stays SQL: row lock.
    await client.query("select from master_key for update");
    const left = await count(client);
    if (left === 0) await prisma.masterKey.updateMany({ data: { previousKeyId: null, previousRefused: false } });
    return left;
  });
}

/** A process that runs, and the keys it can open with. */
export interface KeyHolder {
  readonly process: string;
  readonly keyIds: readonly Uint8Array[];
  readonly sealsWith: Uint8Array;
}

export async function noteHolder(on: Queryable, { process, keyIds, sealsWith }: KeyHolder): Promise<void> {
  await on.query(
    `insert into master_key_holders (process, key_ids, seals_with, seen_at) values ($1, $2, $3, now())
     on conflict (process) do update
       set key_ids = excluded.key_ids, seals_with = excluded.seals_with, seen_at = excluded.seen_at`,
    [process, keyIds.map((id) => Buffer.from(id)), Buffer.from(sealsWith)],
  );
}

export async function forgetHolder(on: Queryable, process: string): Promise<void> {
  await on.query("delete from master_key_holders where process = $1", [process]);
}

/** Processes that were seen lately. */
export function listHolders(pool: pg.Pool, withinMs: number): Promise<KeyHolder[]> {
  return viaPrisma(pool, (prisma) =>
    prisma.masterKeyHolder.findMany({
      where: { seenAt: { gt: addMs(new Date(), -withinMs) } },
      select: { process: true, keyIds: true, sealsWith: true },
      orderBy: { process: "asc" },
    }),
  );
}
