import { z } from "zod";
import type { Pool } from "#lib/storage/client.ts";
import { listUpkeep } from "#lib/storage/operations/upkeep-runs.ts";
import { LEDGER_PROBLEMS } from "./check-chain.ts";

const chainSchema = z.object({ chained: z.int(), waiting: z.int(), upTo: z.string(), rows: z.string() });
/** What a verification found, as its run keeps it. */
const verdictSchema = z.object({
  ok: z.boolean(),
  findings: z.array(z.object({ table: z.string(), id: z.string(), problem: z.enum(LEDGER_PROBLEMS) })),
  more: z.int(),
  chains: z.object({ journal: chainSchema, audit: chainSchema }),
  chainedAt: z.string().nullable(),
});

export interface Verification {
  readonly at: Date;
  /** Null: it did not end. */
  readonly verdict: z.infer<typeof verdictSchema> | null;
}

/** The last one that has ended; null: there was none. */
export async function lastVerification(pool: Pool): Promise<Verification | null> {
  // The newest may be under way.
  const runs = await listUpkeep(pool, { kind: "verification", limit: 2 });
  const run = runs.find(({ endedAt }) => endedAt !== null);
  if (run === undefined) return null;
  const verdict = run.problem === null ? (verdictSchema.safeParse(run.report).data ?? null) : null;
  return { at: run.requestedAt, verdict };
}
