import { z } from "zod";
import type { Pool } from "#lib/storage/client.ts";
import { listUpkeep, type UpkeepKind } from "#lib/storage/operations/upkeep-runs.ts";

/** What a restore drill found, as its run keeps it. */
export const drillReportSchema = z.object({
  backupAt: z.string(),
  orders: z.int(),
  payments: z.int(),
  refunds: z.int(),
  entries: z.int(),
  unbalanced: z.int(),
  unbooked: z.int(),
  held: z.string(),
  booked: z.string(),
  /** Absent in reports of before the ledger was chained. */
  ledgerFindings: z.int().default(0),
  rows: z.int(),
  tables: z.int(),
  newestOrder: z.object({ outTradeNo: z.string(), createdAt: z.string() }).nullable(),
  since: z.object({ orders: z.int(), payments: z.int() }),
  ms: z.int(),
});
export type DrillReport = z.infer<typeof drillReportSchema>;

/** Whether the books agree in what was restored. */
export const isSoundDrill = ({ unbalanced, unbooked, held, booked, ledgerFindings }: DrillReport): boolean =>
  unbalanced === 0 && unbooked === 0 && held === booked && ledgerFindings === 0;

/** Whether the last backup and the last restore drill of this installation were well; null: there was none. */
export async function lastOutcomes(pool: Pool): Promise<{ backup: boolean | null; drill: boolean | null }> {
  const last = async (kind: UpkeepKind) => {
    // The newest may be under way.
    const [run] = (await listUpkeep(pool, { kind, limit: 2 })).filter(({ endedAt }) => endedAt !== null);
    if (run === undefined) return null;
    if (run.problem !== null || kind === "backup") return run.problem === null;
    const report = drillReportSchema.safeParse(run.report).data;
    return report !== undefined && isSoundDrill(report);
  };
  const [backup, drill] = await Promise.all([last("backup"), last("drill")]);
  return { backup, drill };
}
