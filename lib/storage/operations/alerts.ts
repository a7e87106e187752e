import type pg from "pg";
import type { AlertDraft } from "#lib/payment/index.ts";

export interface ListedAlert {
  readonly id: string;
  readonly kind: AlertDraft["kind"];
  readonly orderId: string | null;
  readonly outTradeNo: string | null;
  readonly detail: AlertDraft["detail"];
  readonly createdAt: Date;
  readonly acknowledgedAt: Date | null;
}

export interface AlertFilter {
  readonly orderId?: string;
  readonly onlyOpen?: boolean;
  /** Id of the last one of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** Newest first. */
export async function listAlerts(pool: pg.Pool, filter: AlertFilter): Promise<ListedAlert[]> {
  const { orderId, onlyOpen = false, before, limit } = filter;
  const { rows } = await pool.query<ListedAlert>(
    `select a.id::text, a.kind, a.order_id as "orderId", o.out_trade_no as "outTradeNo", a.detail,
            a.created_at as "createdAt", a.acknowledged_at as "acknowledgedAt"
       from alerts a left join orders o on o.id = a.order_id
      where ($1::text is null or a.order_id = $1) and (not $2 or a.acknowledged_at is null)
        and ($3::bigint is null or a.id < $3)
      order by a.id desc limit $4`,
    [orderId ?? null, onlyOpen, before ?? null, limit],
  );
  return rows;
}

/** One alert per cause, however often it is raised. */
export async function raiseAlert(on: Pick<pg.Pool, "query">, alert: AlertDraft): Promise<void> {
  const { kind, cause, orderId, detail, at } = alert;
  await on.query(
    `insert into alerts (kind, cause, order_id, detail, created_at) values ($1, $2, $3, $4, $5)
     on conflict (cause) do nothing`,
    [kind, cause, orderId, JSON.stringify(detail), at],
  );
}

/** @returns false when it is no open alert */
export async function acknowledgeAlert(pool: pg.Pool, id: string, now: Date): Promise<boolean> {
  const sql = "update alerts set acknowledged_at = $2 where id = $1 and acknowledged_at is null";
  return (await pool.query(sql, [id, now])).rowCount === 1;
}
