import type pg from "pg";
import type { AnomalyCause } from "#lib/intelligence/index.ts";
import type { AlertDraft } from "#lib/payment/index.ts";

type Detail = AlertDraft["detail"] & { readonly hour: string };

/** @returns false when people were told of this cause since `quietSince` */
export async function raiseAnomaly(
  pool: pg.Pool,
  alarm: { cause: AnomalyCause; detail: Detail; quietSince: Date; at: Date },
): Promise<boolean> {
  const { cause, detail, quietSince, at } = alarm;
  const kind: AlertDraft["kind"] = `anomaly_${cause.kind}`;
  // All channels together and one of them are one trouble.
  const same = cause.kind === "conversion" ? (cause.key === "all" ? null : [cause.key, "all"]) : [cause.key];
  const { rowCount } = await pool.query(
    `insert into alerts (kind, cause, detail, created_at)
     select $1, $2, $3, $4 where not exists (
       select from alerts where kind = $1 and created_at > $5 and ($6::text[] is null or detail ->> 'key' = any($6::text[]))
     ) on conflict (cause) do nothing`,
    [kind, `anomaly:${cause.kind}:${cause.key}:${detail.hour}`, JSON.stringify(detail), at, quietSince, same],
  );
  return rowCount === 1;
}

/** Once a month for each group. */
export async function raiseUnfairness(
  pool: pg.Pool,
  { month, detail, at }: { month: string; detail: AlertDraft["detail"]; at: Date },
): Promise<void> {
  const kind: AlertDraft["kind"] = "unfair_discounts";
  await pool.query(
    "insert into alerts (kind, cause, detail, created_at) values ($1, $2, $3, $4) on conflict (cause) do nothing",
    [kind, `unfair_discounts:${month}:${detail.trait}:${detail.group}`, JSON.stringify(detail), at],
  );
}
