import Link from "next/link";
import type { ReactNode } from "react";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field } from "#components/admin/field.tsx";
import { LINK } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { APPROVAL_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import type { OpenApproval } from "#lib/storage/refunds/refund-approvals.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { actorName } from "../audit-words.ts";
import { approveRefund, declineRefund, withdrawRefund } from "./actions.ts";

type ShownApproval = Pick<
  OpenApproval,
  "refundId" | "askedBy" | "askedUserId" | "askedAt" | "expiresAt" | "aboveFen" | "amount" | "refundReason"
>;

interface ApprovalCardProps {
  readonly approval: ShownApproval;
  /** Shown where the card stands outside of its order's page. */
  readonly order?: { readonly id: string; readonly outTradeNo: string };
  /** Whether somebody other than the reader could answer. */
  readonly canBeAnswered: boolean;
  readonly adminRequest: AdminRequest;
}

/** A refund that waits for a second person: who asks for what, until when, and the answers that the reader may give. */
export function ApprovalCard({ approval, order, canBeAnswered, adminRequest }: ApprovalCardProps) {
  const { text, language } = adminRequest;
  const words = approvalsText(language);
  const { askedBy, askedAt, expiresAt, aboveFen, amount, refundReason } = approval;
  return (
    <Card className="flex flex-col gap-3 border-2 border-warn-soft px-4 py-4 sm:px-5" data-testid="approval">
      <p className="flex flex-wrap items-start justify-between gap-2">
        <strong className="min-w-0 break-words">
          {fill(words.asked, { who: actorName(askedBy, text), amount: amountText(amount) })}
        </strong>
        <Badge tone="warn">{words.waiting}</Badge>
      </p>
      {order === undefined ? null : (
        <p>
          {words.order}{" "}
          <Link
            href={`/admin/orders/${order.id}`}
            prefetch={false}
            className={`${LINK} inline-flex min-h-11 items-center`}
          >
            {order.outTradeNo}
          </Link>
        </p>
      )}
      {refundReason === null ? null : (
        <p className="break-words">{fill(text.named, { name: words.reason, value: refundReason })}</p>
      )}
      <p className="text-sm text-soft">
        {words.askedAt} {fullTime(askedAt, language)} · {fill(words.until, { time: fullTime(expiresAt, language) })} ·{" "}
        {fill(words.above, { amount: amountText(aboveFen) })}
      </p>
      <Answers approval={approval} canBeAnswered={canBeAnswered} adminRequest={adminRequest} />
    </Card>
  );
}

function Answers({ approval, canBeAnswered, adminRequest }: Omit<ApprovalCardProps, "order">): ReactNode {
  const { text, language, session, may } = adminRequest;
  const words = approvalsText(language);
  const hidden = { refundId: approval.refundId };
  const isOwn = approval.askedUserId === session.user.id;
  if (isOwn) {
    return (
      <>
        <p className="text-sm">{canBeAnswered ? words.own : words.nobody}</p>
        <Confirm label={words.withdraw} hint={words.withdrawHint}>
          <ActionForm action={withdrawRefund} submit={words.withdrawConfirm} working={text.working} hidden={hidden} />
        </Confirm>
      </>
    );
  }
  if (!may("refunds.approve")) return <p className="text-sm">{words.notYours}</p>;
  const amount = amountText(approval.amount);
  return (
    <div className="flex flex-wrap gap-3">
      <Confirm label={words.approve} hint={words.approveHint} tone="primary">
        <ActionForm
          action={approveRefund}
          submit={fill(words.approveConfirm, { amount })}
          working={text.working}
          hidden={hidden}
        />
      </Confirm>
      <Confirm label={words.decline} hint={words.declineHint} tone="danger">
        <ActionForm
          action={declineRefund}
          submit={words.declineConfirm}
          working={text.working}
          tone="danger"
          hidden={hidden}
        >
          <Field label={words.declineReason} name="reason" maxLength={APPROVAL_REASON_CHARS_MAX} required />
        </ActionForm>
      </Confirm>
    </div>
  );
}
