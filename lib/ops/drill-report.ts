import { z } from "zod";
import type { Pool } from "#lib/storage/client.ts";
import { listUpkeep, type UpkeepKind } from "#lib/storage/operations/upkeep-runs.ts";

/** What the backup does not have, and WeChat was asked for; amounts in fen. */
const gapSchema = z.object({
  /** Payments of orders that the backup has, which were open in it and paid since: found by asking for each. */
  openAsked: z.int(),
  openPaid: z.int(),
  /** Payments that the live database has and the restored one had not, once the open ones were asked for. */
  missing: z.int(),
  missingFen: z.string(),
  /** Of these: WeChat confirms number, transaction and amount, so that its bill brings the order back. */
  found: z.int(),
  foundFen: z.string(),
  /** WeChat gave no certain answer, or there were too many to ask for. */
  unknown: z.int(),
  /** WeChat does not confirm them: what would be lost. */
  lost: z.int(),
  lostFen: z.string(),
  /** Orders without a payment that the restored database has not. */
  unpaidOrders: z.int(),
});
export type GapReport = z.infer<typeof gapSchema>;

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
  /** Of a dump; files of a server are not counted in rows. */
  rows: z.int().nullable(),
  tables: z.int().nullable(),
  /** What was committed before is in it; absent in reports of before the log was kept, as what follows. */
  upTo: z.string().optional(),
  /** A piece of the log is missing. */
  hasGap: z.boolean().default(false),
  gap: gapSchema.nullable().default(null),
  place: z.string().optional(),
  restoredMs: z.int().optional(),
  newestOrder: z.object({ outTradeNo: z.string(), createdAt: z.string() }).nullable(),
  since: z.object({ orders: z.int(), payments: z.int() }),
  ms: z.int(),
});
export type DrillReport = z.infer<typeof drillReportSchema>;

/** Whether the books agree in what was restored, and no paid order would be lost. */
export const isSoundDrill = ({ gap, hasGap, ...books }: DrillReport): boolean =>
  areSoundBooks(books) && !hasGap && (gap === null || gap.lost === 0);

export const areSoundBooks = (
  report: Pick<DrillReport, "unbalanced" | "unbooked" | "held" | "booked" | "ledgerFindings">,
): boolean => {
  const { unbalanced, unbooked, held, booked, ledgerFindings } = report;
  return unbalanced === 0 && unbooked === 0 && held === booked && ledgerFindings === 0;
};

interface LastOutcomes {
  /** Whether the last one was well; null: there was none. */
  readonly backup: boolean | null;
  readonly drill: boolean | null;
  /** Since the last drill; 0 where there was none, which is said where backups are shown. */
  drillAgeMs(now: Date): number;
}

/** Of the last backup and the last restore drill of this installation. */
export async function lastOutcomes(pool: Pool): Promise<LastOutcomes> {
  // The newest may be under way.
  const last = async (kind: UpkeepKind) =>
    (await listUpkeep(pool, { kind, limit: 2 })).find(({ endedAt }) => endedAt !== null) ?? null;
  const [backup, drill] = await Promise.all([last("backup"), last("drill")]);
  const report = drillReportSchema.safeParse(drill?.report).data;
  return {
    backup: backup && backup.problem === null,
    drill: drill && drill.problem === null && report !== undefined && isSoundDrill(report),
    drillAgeMs: (now) => (drill?.endedAt == null ? 0 : now.getTime() - drill.endedAt.getTime()),
  };
}
