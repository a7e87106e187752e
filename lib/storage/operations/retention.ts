import { RETENTION, RETENTION_KINDS, type RetentionKind } from "#lib/base/retention.ts";
import { DAY_MS } from "#lib/base/time.ts";
import type { Pool, Queryable } from "../client.ts";
import { inPrismaTransaction } from "../transaction.ts";
import { recordAudit } from "./audit-log.ts";

/** For how many days each kind is kept: as the shop has set it, or the product's default. */
export type Retention = Readonly<Record<RetentionKind, number>>;

const DEFAULTS = Object.fromEntries(RETENTION_KINDS.map((kind) => [kind, RETENTION[kind].days])) as Retention;

// Stays SQL: read within transactions of SQL as well, and by processes that load no Prisma.
const READ = "select what, days from retention";

export async function readRetention(on: Queryable): Promise<Retention> {
  const { rows } = await on.query<{ what: string; days: number }>(READ);
  const set = rows.filter(({ what }) => what in RETENTION).map(({ what, days }) => [what, days] as const);
  return { ...DEFAULTS, ...Object.fromEntries(set) };
}

export const keptMsOf = async (on: Queryable, kind: RetentionKind): Promise<number> =>
  (await readRetention(on))[kind] * DAY_MS;

interface RetentionChange {
  readonly what: RetentionKind;
  readonly days: number;
  readonly by: string;
  readonly at: Date;
}

/** Written down with what it was before. */
export const keepRetention = (pool: Pool, { what, days, by, at }: RetentionChange): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const before = (await prisma.retention.findUnique({ where: { what } }))?.days ?? RETENTION[what].days;
    if (before === days) return;
    const row = { days, changedBy: by, changedAt: at };
    await prisma.retention.upsert({ where: { what }, create: { what, ...row }, update: row });
    const detail = { from: before, to: days };
    await recordAudit(client, { actor: by, action: "retention.set", subject: what, detail, at });
  });
