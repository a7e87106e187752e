import { fen } from "#lib/base/fen.ts";
import type { Book, BookPayment, Paged, PageOfDay, ReconciliationStore, RefundOfDay } from "#lib/reconcile/index.ts";
import type { Pool } from "../client.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// Our side of a reconciliation: everything of one merchant number, whichever of its accounts opened it.

// SQL: reads a whole day of payments, thousands at a time, with what is derived of them.
const PAYMENT = `
  a.id, a.number, a.transaction_id, a.status, a.amount_paid, a.amount_settled, a.payer_amount,
  coalesce(a.resolution = 'open', false) as unresolved
  from payment_attempts a join gateway_accounts g on g.id = a.account_id`;
const REFUND = `
  r.id, r.number, a.number as trade_number, a.transaction_id, r.wechat_refund_id, r.status, r.amount, r.settled_amount, r.created_at, r.succeeded_at,
  a.amount_settled = a.amount_paid as whole
  from refunds r join payment_attempts a on a.id = r.attempt_id join gateway_accounts g on g.id = a.account_id`;

const PAYMENTS_BY_NUMBER = statement("reconcile_payments")`
  select ${PAYMENT} where g.merchant_number = $1 and a.number = any($2)`;
const REFUNDS_BY_NUMBER = statement("reconcile_refunds")`
  select ${REFUND} where g.merchant_number = $1 and r.number = any($2)`;
// Money that is not in our clearing account (another merchant's, another currency's) is in no bill of ours.
const PAID_IN = statement("reconcile_paid")`
  select ${PAYMENT}
   where g.merchant_number = $1 and a.status = 'succeeded' and a.paid_at >= $2 and a.paid_at < $3 and a.id > $4
     and (a.verdict <> 'mismatch' or exists (select from journal_entries j where j.cause = 'payment:' || a.id))
   order by a.id limit $5`;
const REFUNDS_IN = statement("reconcile_refunded")`
  select ${REFUND}
   where g.merchant_number = $1 and coalesce(r.accepted_at, r.succeeded_at) >= $2
     and coalesce(r.accepted_at, r.succeeded_at) < $3 and r.id > $4
   order by r.id limit $5`;

interface PaymentRow {
  readonly id: string;
  readonly number: string;
  readonly transaction_id: string | null;
  readonly status: BookPayment["status"];
  readonly amount_paid: number;
  readonly amount_settled: number;
  readonly payer_amount: number | null;
  readonly unresolved: boolean;
}

interface BookedRefundRow {
  readonly id: string;
  readonly number: string;
  readonly trade_number: string;
  readonly transaction_id: string | null;
  readonly wechat_refund_id: string | null;
  readonly status: RefundOfDay["status"];
  readonly amount: number;
  readonly settled_amount: number | null;
  readonly created_at: Date;
  readonly succeeded_at: Date | null;
  readonly whole: boolean;
}

export const reconciliationBook = (
  pool: Pool,
): Pick<ReconciliationStore, "appIds" | "book" | "paidIn" | "refundsIn"> => ({
  async appIds(merchantNumber) {
    const accounts = await viaPrisma(pool, (prisma) =>
      prisma.gatewayAccount.findMany({ where: { merchantNumber }, select: { appId: true } }),
    );
    return new Set(accounts.map(({ appId }) => appId));
  },
  async book({ merchantNumber, tradeNumbers, refundNumbers, to }): Promise<Book> {
    const [payments, refunds] = await Promise.all([
      run<PaymentRow>(pool, PAYMENTS_BY_NUMBER, [merchantNumber, tradeNumbers]),
      run<BookedRefundRow>(pool, REFUNDS_BY_NUMBER, [merchantNumber, refundNumbers]),
    ]);
    return {
      payments: new Map(payments.rows.map((row) => [row.number, paymentOf(row)])),
      refunds: new Map(refunds.rows.map((row) => [row.number, refundOf(row, to)])),
    };
  },
  paidIn: async (page) => (await run<PaymentRow>(pool, PAID_IN, valuesOf(page))).rows.map(paymentOf),
  refundsIn: async (page) =>
    (await run<BookedRefundRow>(pool, REFUNDS_IN, valuesOf(page))).rows.map((row) => refundOf(row, page.to)),
});

const valuesOf = ({ merchantNumber, from, to, after, limit }: PageOfDay) => [merchantNumber, from, to, after, limit];

const paymentOf = (row: PaymentRow): BookPayment & Paged => ({
  id: row.id,
  tradeNumber: row.number,
  transactionId: row.transaction_id,
  status: row.status,
  paidFen: fen(row.amount_paid),
  settledFen: fen(row.amount_settled),
  payerFen: row.payer_amount === null ? null : fen(row.payer_amount),
  isUnresolved: row.unresolved,
});

const refundOf = (row: BookedRefundRow, to: Date): RefundOfDay => ({
  id: row.id,
  number: row.number,
  tradeNumber: row.trade_number,
  transactionId: row.transaction_id,
  refundId: row.wechat_refund_id,
  status: row.status,
  amountFen: fen(row.amount),
  settledFen: row.settled_amount === null ? null : fen(row.settled_amount),
  createdAt: row.created_at,
  isOfWholeSettlement: row.whole,
  isSettledLater: row.succeeded_at !== null && row.succeeded_at.getTime() >= to.getTime(),
});
