import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { toneLook } from "#components/admin/look.ts";
import { RefundBadge } from "#components/admin/status-badge.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderStory, RefundFacts } from "#lib/storage/orders/order-story.ts";
import { counterText, printingText, storyText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { AbnormalRefund } from "../../refunds/abnormal-refund.tsx";
import { ApprovalCard } from "../../refunds/approval-card.tsx";
import { printReceipt } from "../../settings/printers/actions.ts";
import { acceptLate, closeOrder, confirmPayment, queryRefund, refundExtra } from "./actions.ts";
import { replayNotices } from "./delivery-actions.ts";

interface OrderActionsProps {
  readonly order: OrderView;
  readonly story: OrderStory;
  /** Whether somebody else could answer. */
  readonly canBeAnswered: boolean;
  readonly adminRequest: AdminRequest;
}

/** The actions that the order's state and the reader's permissions allow. */
export function OrderActions({ order, story, canBeAnswered, adminRequest }: OrderActionsProps) {
  const { text } = adminRequest;
  const pending = order.status === "pending";
  const refundable = order.amountPaid > order.amountRefunded && adminRequest.may("refunds.create");
  const ask = adminRequest.may("orders.ask") && (pending || order.status === "closed");
  const charge = pending && adminRequest.may("payments.charge");
  const close = adminRequest.may("orders.close") && pending;
  const replay =
    adminRequest.container.settings.sandboxOrigin !== null && adminRequest.may("orders.ask") && order.paidAt !== null;
  const print = order.paidAt !== null && adminRequest.may("receipts.print");
  const unfinished = story.refunds.filter(({ status }) => status !== "succeeded" && status !== "closed");
  const nothing =
    !refundable &&
    !ask &&
    !close &&
    !charge &&
    !print &&
    !replay &&
    order.extraPayments.length === 0 &&
    unfinished.length === 0;
  if (nothing) return <Card className="px-4 py-4 text-soft sm:px-5">{text.order.noActions}</Card>;
  return (
    <div className="flex flex-col gap-4">
      {order.extraPayments.map((extra) => (
        <ExtraPayment key={extra.transactionId} order={order} extra={extra} adminRequest={adminRequest} />
      ))}
      {unfinished.map((refund) => (
        <UnfinishedRefund key={refund.id} {...{ refund, story, canBeAnswered, adminRequest }} />
      ))}
      {refundable || ask || close || charge || print || replay ? (
        <Card className="flex flex-col gap-3 px-4 py-4 sm:px-5">
          {refundable ? (
            <Link
              href={`/admin/orders/${order.id}/refund`}
              prefetch={false}
              className={`${toneLook("primary")} sm:self-start`}
            >
              {text.order.refund}
            </Link>
          ) : null}
          {charge ? (
            <Link
              href={`/admin/orders/${order.id}/counter`}
              prefetch={false}
              className={`${toneLook("primary")} sm:self-start`}
            >
              {counterText(adminRequest.language).take}
            </Link>
          ) : null}
          {print ? (
            <ActionForm
              action={printReceipt}
              submit={printingText(adminRequest.language).told.print}
              working={text.working}
              tone="plain"
              hidden={{ orderId: order.id }}
            />
          ) : null}
          {replay ? (
            <ActionForm
              action={replayNotices}
              submit={storyText(adminRequest.language).replay}
              working={text.working}
              tone="plain"
              hidden={{ orderId: order.id }}
            />
          ) : null}
          {ask ? (
            <ActionForm
              action={confirmPayment}
              submit={text.order.ask}
              working={text.working}
              tone="plain"
              hidden={{ orderId: order.id }}
            />
          ) : null}
          {close ? (
            <Confirm label={text.order.close} hint={text.order.closeHint} tone="danger">
              <ActionForm
                action={closeOrder}
                submit={text.order.closeConfirm}
                working={text.working}
                tone="danger"
                hidden={{ orderId: order.id }}
              />
            </Confirm>
          ) : null}
        </Card>
      ) : null}
    </div>
  );
}

interface UnfinishedRefundProps extends Pick<OrderActionsProps, "story" | "canBeAnswered" | "adminRequest"> {
  readonly refund: RefundFacts;
}

function UnfinishedRefund({ refund, story, canBeAnswered, adminRequest }: UnfinishedRefundProps) {
  const { text } = adminRequest;
  const approval = story.approvals.find(({ refundId, end }) => refundId === refund.id && end === null);
  if (approval !== undefined) {
    const shown = { ...approval, amount: refund.amount, refundReason: refund.reason };
    return <ApprovalCard approval={shown} canBeAnswered={canBeAnswered} adminRequest={adminRequest} />;
  }
  const status = refund.status === "abnormal" ? "abnormal" : "pending";
  return (
    <Card className="flex flex-col gap-3 px-4 py-4 sm:px-5">
      <p className="flex flex-wrap items-center justify-between gap-2">
        <span>
          {text.refund.title} <strong className="tabular-nums">{amountText(refund.amount)}</strong>
        </span>
        <RefundBadge status={status} text={text} />
      </p>
      {status === "abnormal" ? (
        <AbnormalRefund
          refund={refund}
          applications={story.applications.filter(({ refundId }) => refundId === refund.id)}
          protocol={story.attempts.find(({ id }) => id === refund.attemptId)?.protocol ?? "v3"}
          adminRequest={adminRequest}
        />
      ) : refund.failure === null ? null : (
        <p className="text-sm text-soft">{text.refunds.failures[refund.failure]}</p>
      )}
      {adminRequest.may("orders.ask") ? (
        <ActionForm
          action={queryRefund}
          submit={text.order.ask}
          working={text.working}
          tone="plain"
          hidden={{ refundId: refund.id }}
        />
      ) : null}
    </Card>
  );
}

interface ExtraPaymentProps {
  readonly order: OrderView;
  readonly extra: OrderView["extraPayments"][number];
  readonly adminRequest: AdminRequest;
}

function ExtraPayment({ order, extra, adminRequest }: ExtraPaymentProps) {
  const { text } = adminRequest;
  const amount = amountText(extra.amount);
  const hidden = { orderId: order.id, transactionId: extra.transactionId };
  const open = extra.resolution === "open" && adminRequest.may("payments.resolve");
  return (
    <Card className="flex flex-col gap-3 border-2 border-warn-soft px-4 py-4 sm:px-5" data-testid="extra-payment">
      <p className="flex flex-wrap items-center justify-between gap-2">
        <strong>
          {text.order.extra} {amount}
        </strong>
        <Badge tone={extra.resolution === "open" ? "warn" : "plain"}>{text.order.resolutions[extra.resolution]}</Badge>
      </p>
      <p className="text-sm">{fill(text.order.extraWhat[extra.verdict], { amount })}</p>
      {open ? (
        <Confirm label={text.order.giveBack} hint={text.order.giveBackHint}>
          <ActionForm
            action={refundExtra}
            submit={fill(text.order.giveBackConfirm, { amount })}
            working={text.working}
            hidden={hidden}
          />
        </Confirm>
      ) : null}
      {open && extra.verdict === "late" && extra.amount === order.amountDue ? (
        <Confirm label={text.order.accept} hint={text.order.acceptHint}>
          <ActionForm action={acceptLate} submit={text.order.acceptConfirm} working={text.working} hidden={hidden} />
        </Confirm>
      ) : null}
    </Card>
  );
}
