import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import type {
  AlertDraft,
  Announcement,
  AttemptMove,
  AuditNote,
  BookedPayment,
  FoundAnswer,
  KeepResult,
  KeptAnswer,
  LearnerTx,
  LockedOrder,
  NewAttempt,
  OfferTx,
  Once,
  Receipt,
  RecoveredOrder,
  RefundTx,
  Resolution,
  TradeCheck,
  Tx,
} from "#lib/payment/index.ts";
import { DUE } from "../changed-orders.ts";
import { violatedConstraint } from "../errors.ts";
import { learnerTx } from "../learner/learner-tx.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { findAnswer, keepAnswer } from "../orders/kept-answers.ts";
import { lockOrder } from "../orders/lock-order.ts";
import { readItems } from "../orders/read-orders.ts";
import { offerTx } from "../pricing/offer-tx.ts";
import { insertRecovered, lockRecovery } from "../reconciliation/recovered-orders.ts";
import { refundTx } from "../refunds/refund-tx.ts";
import { run, statement } from "../transaction.ts";
import { announcementText, bookPayment, receiptColumns } from "./book-payment.ts";
import { insertTradeCheck } from "./trade-checks.ts";

const NUMBER_TAKEN = statement("number_taken")`
  select exists (select from payment_attempts where number = $1)
      or exists (select from orders where out_trade_no = $1 and id <> $2) as taken`;
const INSERT_UNFORESEEN = statement("insert_unforeseen_attempt")`
  insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, payer_ref, created_at,
                                status, failure, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'failed', 'not opened by us', $9)`;
const INSERT_ATTEMPT = statement("insert_attempt")`
  insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, payer_ref, check_at, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
// The order's row first, as everybody who changes both takes them. Its version grows with each change of what can be paid
// with, so that a page that shows a code learns of it.
const MOVE_ATTEMPT = statement("move_attempt")`
  with parent as (
    select id from orders where id = (select order_id from payment_attempts where id = $1) for update
  ), moved as (
    update payment_attempts
       set status = $2, handover = coalesce($4::jsonb, handover),
           handover_at = case when $4::jsonb is null then handover_at else $7 end,
           failure = coalesce($5, failure), check_at = $6,
           ended_at = case when $2 in ('failed', 'closed') then $7 else ended_at end
     where id = $1 and status = any($3) and order_id = (select id from parent)
    returning order_id, handover
  ), raised as (
    update orders set version = version + 1
     where id = (select order_id from moved where handover is not null) and status = 'pending'
    returning id
  )
  select order_id, (select id from raised) as changed_topic from moved`;
const MARK_REVERSED = statement("mark_reversed")`
  update payment_attempts set reverse_since = coalesce(reverse_since, $2), check_at = $3
   where id = $1 and status in ('opening', 'waiting')`;
const KEEP_PAID = statement("keep_paid")`
  update payment_attempts set reverse_since = null where id = $1 and status <> 'succeeded'`;
const CLOSE_ORDER = statement("close_order")`
  with closed as (
    update orders set status = 'closed', closed_at = $2, check_at = null, version = version + 1
     where id = $1 and status = 'pending' returning id
  ), given_back as (
    update promotion_uses set state = 'returned', settled_at = $2
     where order_id = (select id from closed) and state = 'reserved'
  ) select id as changed_topic from closed`;
const RESOLVE_EXTRA = statement("resolve_extra")`
  update payment_attempts set resolution = $2 where id = $1 and verdict <> 'settles'`;
const INSERT_RECEIPT = statement("insert_receipt")`
  insert into notify_receipts (account_id, notice_id, kind, content, received_at)
  values ($1, $2, $3, $4, $5) on conflict do nothing`;
const RAISE_ALERT = statement("raise_alert")`
  insert into alerts (kind, cause, order_id, detail, created_at) values ($1, $2, $3, $4, $5) on conflict (cause) do nothing
  returning '${DUE.outbox}' as changed_topic`;
// The event and one delivery per endpoint that wants it. Payments of the sandbox are notified to
// no endpoint once real credentials are in use.
const ANNOUNCE = statement("announce")`
  with event as (
    insert into webhook_events (id, type, order_id, payload, created_at)
    select $1, $2, $3, $4, $5::timestamptz
     where not (exists (select from payment_attempts a join gateway_accounts g on g.id = a.account_id where a.order_id = $3 and g.sandbox)
                and exists (select from gateway_accounts where status = 'active' and not sandbox))
    returning id, seq
  )
  insert into webhook_deliveries (event_id, event_seq, endpoint_id, check_at)
  select event.id, event.seq, w.id, $5 from event, webhook_endpoints w where w.disabled_at is null and $2 = any(w.events)
  returning '${DUE.outbox}' as changed_topic`;
const HURRY_CHECK = statement("hurry_check")`
  update payment_attempts set check_at = $2 where id = $1 and status in ('opening', 'waiting')
  returning '${DUE.attempts}' as changed_topic`;

const columnsOf = (attempt: NewAttempt) => [
  ...[attempt.id, attempt.orderId, attempt.sequence, attempt.accountId, attempt.number],
  ...[attempt.channel, attempt.dueFen, attempt.payerRef],
];

/** A process that has not yet seen that real credentials replaced the sandbox. */
function sandboxEnded(cause: unknown): never {
  if (violatedConstraint(cause) !== "attempt_sandbox") throw cause;
  throw new AppError("gateway_unavailable", "the payment configuration has just changed; try again", {
    retryAfterS: 5,
  });
}

/** The writes of the payment core inside one transaction. */
export class PaymentTx implements Tx {
  readonly #client: pg.PoolClient;
  readonly refunds: RefundTx;
  readonly offers: OfferTx;
  readonly learner: LearnerTx;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    this.offers = offerTx(client);
    this.learner = learnerTx(client);
    this.refunds = refundTx(client, (orderId) => this.lockOrder(orderId));
  }

  lockOrder(orderId: string): Promise<LockedOrder | null> {
    return lockOrder(this.#client, { id: orderId });
  }

  lockOrderOfTrade(tradeNumber: string): Promise<LockedOrder | null> {
    return lockOrder(this.#client, { tradeNumber });
  }

  lockOrderOfNumber(outTradeNo: string): Promise<LockedOrder | null> {
    return lockOrder(this.#client, { outTradeNo });
  }

  async isNumberTaken(number: string, orderId: string): Promise<boolean> {
    const { rows } = await run<{ taken: boolean }>(this.#client, NUMBER_TAKEN, [number, orderId]);
    return rows[0]?.taken === true;
  }

  items(orderId: string): ReturnType<Tx["items"]> {
    return readItems(this.#client, [orderId]);
  }

  async insertAttempt(attempt: NewAttempt): Promise<void> {
    await run(this.#client, INSERT_ATTEMPT, [...columnsOf(attempt), attempt.checkAt, attempt.createdAt]).catch(
      sandboxEnded,
    );
  }

  async insertUnforeseenAttempt(attempt: NewAttempt): Promise<void> {
    await run(this.#client, INSERT_UNFORESEEN, [...columnsOf(attempt), attempt.createdAt]);
  }

  lockRecovery(transactionId: string): Promise<void> {
    return lockRecovery(this.#client, transactionId);
  }

  insertRecovered(recovered: RecoveredOrder): ReturnType<Tx["insertRecovered"]> {
    return insertRecovered(this.#client, recovered);
  }

  async moveAttempt(move: AttemptMove): Promise<boolean> {
    const { rowCount } = await run(this.#client, MOVE_ATTEMPT, [
      move.attemptId,
      move.to,
      move.from,
      move.handover === undefined ? null : JSON.stringify(move.handover),
      move.reason ?? null,
      move.checkAt,
      move.now,
    ]);
    return rowCount === 1;
  }

  async markReversed(attemptId: string, { now, checkAt }: { now: Date; checkAt: Date }): Promise<boolean> {
    const { rowCount } = await run(this.#client, MARK_REVERSED, [attemptId, now, checkAt]);
    return rowCount === 1;
  }

  async giveUpReversal(attemptId: string): Promise<void> {
    await run(this.#client, KEEP_PAID, [attemptId]);
  }

  bookPayment(payment: BookedPayment): Promise<boolean> {
    return bookPayment(this.#client, payment);
  }

  async closeOrder(orderId: string, now: Date): Promise<boolean> {
    const { rowCount } = await run(this.#client, CLOSE_ORDER, [orderId, now]);
    return rowCount === 1;
  }

  async resolveExtra(attemptId: string, resolution: Resolution): Promise<void> {
    await run(this.#client, RESOLVE_EXTRA, [attemptId, resolution]);
  }

  findAnswer(once: Once): Promise<FoundAnswer> {
    return findAnswer(this.#client, once);
  }

  keepAnswer(once: Once & { answer: KeptAnswer }): Promise<KeepResult> {
    return keepAnswer(this.#client, once);
  }

  async insertReceipt(receipt: Receipt): Promise<boolean> {
    const { accountId, noticeId, kind, content } = receiptColumns(receipt);
    const values = [accountId, noticeId, kind, content, receipt.receivedAt];
    const { rowCount } = await run(this.#client, INSERT_RECEIPT, values);
    return rowCount === 1;
  }

  insertTradeCheck(check: Omit<TradeCheck, "checks">, now: Date): Promise<boolean> {
    return insertTradeCheck(this.#client, check, now);
  }

  async raiseAlert(alert: AlertDraft): Promise<boolean> {
    const { kind, cause, orderId, detail, at } = alert;
    const { rowCount } = await run(this.#client, RAISE_ALERT, [kind, cause, orderId, JSON.stringify(detail), at]);
    return rowCount === 1;
  }

  recordAudit(entry: AuditNote): Promise<void> {
    return recordAudit(this.#client, entry);
  }

  async announce(announcement: Announcement): Promise<void> {
    const { id, type, orderId, at } = announcement;
    await run(this.#client, ANNOUNCE, [id, type, orderId, announcementText(announcement), at]);
  }

  async hurryCheck(attemptId: string, at: Date): Promise<void> {
    await run(this.#client, HURRY_CHECK, [attemptId, at]);
  }
}
