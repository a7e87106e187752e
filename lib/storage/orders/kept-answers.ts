import type pg from "pg";
import type { FoundAnswer, KeepResult, KeptAnswer, Once } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";

const KEPT = statement("kept_answer")`select digest, status, body from idempotency where api_key_id = $1 and key = $2`;
const KEEP = statement("keep_first_answer")`
  insert into idempotency (api_key_id, key, digest, status, body) values ($1, $2, $3, $4, $5) on conflict do nothing`;

interface KeptRow {
  digest: Buffer;
  status: number | null;
  body: string | null;
}

/** Keeps the answer in the transaction that does the work; a second call with the key waits for the first one's end. */
export async function keepAnswer(client: pg.PoolClient, once: Once & { answer: KeptAnswer }): Promise<KeepResult> {
  const { apiKeyId, key, digest, answer } = once;
  const { rowCount } = await run(client, KEEP, [apiKeyId, key, digest, answer.status, answer.body]);
  return rowCount === 1 ? { kind: "kept" } : replay(client, once);
}

/** What was kept under a key that is taken. */
export async function replay(on: pg.Pool | pg.PoolClient, once: Once): Promise<Exclude<KeepResult, { kind: "kept" }>> {
  const found = await findAnswer(on, once);
  return found.kind === "absent" ? { kind: "under_way" } : found;
}

export async function findAnswer(on: pg.Pool | pg.PoolClient, once: Once): Promise<FoundAnswer> {
  const { rows } = await run<KeptRow>(on, KEPT, [once.apiKeyId, once.key]);
  const kept = rows[0];
  if (kept === undefined) return { kind: "absent" };
  if (!kept.digest.equals(once.digest)) return { kind: "key_used_differently" };
  if (kept.status === null || kept.body === null) return { kind: "under_way" };
  return { kind: "replayed", answer: { status: kept.status, body: kept.body } };
}
