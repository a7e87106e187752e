import type pg from "pg";
import type { AnomalyCause } from "#lib/intelligence/index.ts";
import type { AlertDraft } from "#lib/payment/index.ts";
import { viaPrisma } from "../transaction.ts";

type Detail = AlertDraft["detail"] & { readonly hour: string };

/** @returns false when an alert of this cause was raised since `quietSince` */
export const raiseAnomaly = (
  pool: pg.Pool,
  alarm: { cause: AnomalyCause; detail: Detail; quietSince: Date; at: Date },
): Promise<boolean> =>
  viaPrisma(pool, async (prisma) => {
    const { cause, detail, quietSince, at } = alarm;
    const kind: AlertDraft["kind"] = `anomaly_${cause.kind}`;
    // All channels together and one of them are one trouble.
    const same = cause.kind === "conversion" ? (cause.key === "all" ? [] : [cause.key, "all"]) : [cause.key];
    const raised = await prisma.alert.count({
      where: {
        kind,
        createdAt: { gt: quietSince },
        ...(same.length === 0 ? {} : { OR: same.map((key) => ({ detail: { path: ["key"], equals: key } })) }),
      },
    });
    if (raised > 0) return false;
    const data = { kind, cause: `anomaly:${cause.kind}:${cause.key}:${detail.hour}`, detail, createdAt: at };
    return (await prisma.alert.createMany({ data, skipDuplicates: true })).count === 1;
  });

/** Once a month for each group. */
export async function raiseUnfairness(
  pool: pg.Pool,
  { month, detail, at }: { month: string; detail: AlertDraft["detail"]; at: Date },
): Promise<void> {
  const kind: AlertDraft["kind"] = "unfair_discounts";
  const data = { kind, cause: `unfair_discounts:${month}:${detail.trait}:${detail.group}`, detail, createdAt: at };
  await viaPrisma(pool, (prisma) => prisma.alert.createMany({ data, skipDuplicates: true }));
}

/** An hour that was not as such hours are, as people were told of it. */
export interface ToldAnomaly {
  readonly kind: AlertDraft["kind"];
  readonly hour: Date;
  /** What was usual and what it was, `jsapi 62 % → 31 %`. */
  readonly figure: string;
}

const ANOMALIES_MAX = 200;

/** Of the hours from `from` on, oldest first. */
export const readToldAnomalies = (pool: pg.Pool, from: Date): Promise<ToldAnomaly[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.alert.findMany({
      where: { kind: { startsWith: "anomaly_" }, createdAt: { gte: from } },
      orderBy: { id: "desc" },
      take: ANOMALIES_MAX,
    });
    return rows.reverse().flatMap(({ kind, detail }) => {
      const { hour, figure } = detail as { hour?: string; figure?: string };
      const at = new Date(hour ?? Number.NaN);
      return Number.isNaN(at.getTime()) ? [] : [{ kind: kind as AlertDraft["kind"], hour: at, figure: figure ?? "" }];
    });
  });
