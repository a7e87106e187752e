import type pg from "pg";

// What the judge compares: the sandbox's trades over its own HTTP door, and the rows in Postgres. Nothing of the product is imported.

export interface JudgeInput {
  readonly client: pg.Client;
  readonly sandboxUrl: string;
  /** By the merchant's order number. */
  readonly asked: ReadonlyMap<string, readonly { readonly amount: number; readonly refundId: string | null }[]>;
  readonly heard: readonly HeardMessage[];
  /** Ids of the news that were pushed. */
  readonly pushed: ReadonlySet<string>;
  /** Orders, by the merchant's number, that were paid in time: being late is no excuse for them. */
  readonly paidInTime: ReadonlySet<string>;
}

export interface HeardMessage {
  readonly id: string;
  readonly type: string;
  readonly orderId: string;
  readonly data: Record<string, unknown>;
}

export interface JudgeFinding {
  /** The merchant's order number; null: not about one order. */
  readonly number: string | null;
  readonly kind: FindingKind;
  readonly sentence: string;
}

export type FindingKind = "orphan" | "double" | "wrong refund" | "ledger" | "webhook" | "push" | "made up";

export interface WeChatTrade {
  readonly outTradeNo: string;
  readonly state: string;
  readonly total: number;
  readonly transactionId: string | null;
  readonly refunds: readonly { outRefundNo: string; amount: number; status: string }[];
  /** `state` is `acknowledged` once we took it. */
  readonly notices: readonly { outRefundNo: string | null; state: string }[];
}

interface PaidAttemptRow {
  number: string;
  order_id: string;
  out_trade_no: string;
  order_status: string;
  status: string;
  verdict: string | null;
  resolution: string | null;
  transaction_id: string | null;
  amount_paid: number;
  refunded: number;
  refund_held: number;
  booked: number;
  booked_fen: string;
}

export interface MadeRefundRow {
  id: string;
  number: string;
  trade_number: string;
  out_trade_no: string;
  amount: number;
  status: string;
  origin: string;
  booked: number;
}

export interface JudgedBooks {
  readonly trades: readonly WeChatTrade[];
  readonly attempts: readonly PaidAttemptRow[];
  readonly refunds: readonly MadeRefundRow[];
  readonly alerts: readonly { kind: string; order_id: string | null; transaction_id: string | null }[];
  /** Numbers of trades in differences between WeChat's bill and the books, which have an open alert. */
  readonly inBillOnly: ReadonlySet<string>;
  readonly events: readonly { id: string; seq: string; type: string; order_id: string; status: string }[];
  readonly news: readonly { id: string; event: string; order_id: string | null }[];
  readonly totals: { clearing: string; unbalanced: number; orders: number };
}

export async function readBooks({ client, sandboxUrl }: JudgeInput): Promise<JudgedBooks> {
  const answer = await fetch(`${sandboxUrl}/control/trades`);
  const { trades } = (await answer.json()) as { trades: WeChatTrade[] };
  const rows = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows;
  const [totals] = await rows<JudgedBooks["totals"]>(
    `select (select coalesce(sum(l.debit - l.credit), 0) from journal_lines l join journal_entries e on e.id = l.entry_id
              where l.account = 'wechat_clearing' and (e.cause like 'payment:%' or e.cause like 'refund:%')) as clearing,
            (select count(*)::int from (select entry_id from journal_lines group by entry_id having sum(debit) <> sum(credit)) u) as unbalanced,
            (select count(*)::int from orders) as orders`,
  );
  if (totals === undefined) throw new Error("the database answers nothing");
  return {
    trades,
    totals,
    attempts: await rows<PaidAttemptRow>(
      `select a.number, a.order_id, o.out_trade_no, o.status as order_status, a.status, a.verdict, a.resolution, a.transaction_id,
              a.amount_paid, a.refunded, a.refund_held,
              (select count(*)::int from journal_entries e where e.cause = 'payment:' || a.id) as booked,
              (select coalesce(sum(l.debit), 0) from journal_entries e join journal_lines l on l.entry_id = e.id
                where e.cause = 'payment:' || a.id and l.account = 'wechat_clearing') as booked_fen
         from payment_attempts a join orders o on o.id = a.order_id`,
    ),
    refunds: await rows<MadeRefundRow>(
      `select r.id, r.number, a.number as trade_number, o.out_trade_no, r.amount, r.status, r.origin,
              (select count(*)::int from journal_entries e where e.cause = 'refund:' || r.id) as booked
         from refunds r join payment_attempts a on a.id = r.attempt_id join orders o on o.id = r.order_id`,
    ),
    alerts: await rows("select kind, order_id, detail ->> 'transactionId' as transaction_id from alerts"),
    news: await rows("select 'ntf_' || id as id, event, order_id from notifications"),
    inBillOnly: new Set(
      (
        await rows<{ trade_number: string }>(
          `select d.trade_number from discrepancies d
            where d.closed_at is null and d.kind in ('only_in_bill', 'status_differs', 'amount_differs') and d.trade_number is not null
              and exists (select from alerts a where a.kind = 'bill_differences' and a.detail ->> 'runId' = d.run_id::text)`,
        )
      ).map(({ trade_number }) => trade_number),
    ),
    events: await rows(
      `select e.id, e.seq, e.type, e.order_id, d.status from webhook_events e
         join webhook_deliveries d on d.event_id = e.id where e.order_id is not null order by e.seq`,
    ),
  };
}

export const isPaid = ({ state, transactionId }: WeChatTrade): boolean =>
  transactionId !== null && (state === "SUCCESS" || state === "REFUND");
