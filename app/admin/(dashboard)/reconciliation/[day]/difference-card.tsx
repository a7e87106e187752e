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
import { DISCREPANCY_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import { isRecoverable, SAFE_ACTIONS, sentenceOf, statusText } from "#lib/reconcile/index.ts";
import type { ListedDiscrepancy } from "#lib/storage/reconciliation/discrepancies.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { acceptDifference, giveBack, queryAttempt, recoverOrder } from "../actions.ts";

/** One difference: its kind, both sides, and the safe action. */
export function DifferenceCard({
  difference,
  adminRequest,
}: {
  difference: ListedDiscrepancy;
  adminRequest: AdminRequest;
}) {
  const { text, language } = adminRequest;
  const { reconciliation: words } = text;
  const { closedAt, orderId, transactionId } = difference;
  const open = closedAt === null;
  const { side } = words;
  // Both sides come from WeChat.
  const sides = difference.kind === "fees_disagree" ? { theirs: side.fundFlow, ours: side.tradeBill } : side;
  return (
    <Card className="px-4 py-4 sm:px-5" data-testid="difference">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h3 className="font-semibold">{words.kinds[difference.kind]}</h3>
        <Badge tone={open ? "warn" : "plain"}>{open ? text.alerts.open : text.alerts.doneAt}</Badge>
      </div>
      <p className="mt-2 [overflow-wrap:anywhere]">{sentenceOf(difference, language)}</p>
      <dl className="mt-3 grid grid-cols-2 gap-px overflow-hidden rounded-xl bg-line text-center">
        <Side label={sides.theirs} value={sideText(difference.theirs, adminRequest)} />
        <Side label={sides.ours} value={sideText(difference.ours, adminRequest)} />
      </dl>
      <p className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-soft">
        {transactionId === null ? null : (
          <span className="[overflow-wrap:anywhere]">{fill(words.transaction, { number: transactionId })}</span>
        )}
        {orderId === null ? null : (
          <Link href={`/admin/orders/${orderId}`} prefetch={false} className={`${LINK} inline-block py-2.5`}>
            {words.toOrder}
          </Link>
        )}
      </p>
      {open ? (
        <Actions difference={difference} adminRequest={adminRequest} />
      ) : (
        <Closed difference={difference} adminRequest={adminRequest} />
      )}
    </Card>
  );
}

function sideText(value: number | string | null, { text, language }: Pick<AdminRequest, "text" | "language">): string {
  if (value === null) return text.none;
  return typeof value === "number" ? amountText(value) : statusText(value, language);
}

const Side = ({ label, value }: { label: string; value: ReactNode }) => (
  <div className="bg-sunken px-3 py-2">
    <dt className="text-xs text-soft">{label}</dt>
    <dd className="font-semibold [overflow-wrap:anywhere] tabular-nums">{value}</dd>
  </div>
);

interface DifferenceProps {
  readonly difference: ListedDiscrepancy;
  readonly adminRequest: AdminRequest;
}

function Actions({ difference, adminRequest }: DifferenceProps) {
  if (!adminRequest.may("reconciliation.work")) return null;
  const { text } = adminRequest;
  const { reconciliation: words } = text;
  const hidden = { id: difference.id };
  const action = SAFE_ACTIONS[difference.kind];
  const amount = difference.theirs === null ? "" : sideText(difference.theirs, adminRequest);
  return (
    <div className="mt-3 flex flex-col gap-3">
      {action === "ask_wechat" ? (
        <div className="flex flex-col gap-2">
          <p className="text-sm text-soft">{words.askHint}</p>
          <ActionForm action={queryAttempt} submit={words.ask} working={text.working} hidden={hidden} />
        </div>
      ) : null}
      {isRecoverable(difference.kind) && difference.orderId === null && adminRequest.may("payments.resolve") ? (
        <Confirm label={words.recover} hint={words.recoverHint} tone="plain">
          <ActionForm action={recoverOrder} submit={words.recoverConfirm} working={text.working} hidden={hidden} />
        </Confirm>
      ) : null}
      {action === "refund" && adminRequest.may("payments.resolve") ? (
        <Confirm label={words.refund} hint={fill(words.refundHint, { amount })} tone="primary">
          <ActionForm
            action={giveBack}
            submit={fill(words.refundConfirm, { amount })}
            working={text.working}
            hidden={hidden}
          />
        </Confirm>
      ) : null}
      <Confirm label={words.accept} hint={words.acceptHint} tone={action === "accept" ? "primary" : "plain"}>
        <ActionForm action={acceptDifference} submit={words.acceptConfirm} working={text.working} hidden={hidden}>
          <Field
            label={words.reason}
            name="reason"
            required
            maxLength={DISCREPANCY_REASON_CHARS_MAX}
            autoComplete="off"
          />
        </ActionForm>
      </Confirm>
    </div>
  );
}

/** By whom, when and why. */
function Closed({ difference, adminRequest: { text, language } }: DifferenceProps) {
  const { closedAt, closedBy, closedReason } = difference;
  const { reconciliation: words } = text;
  if (closedAt === null) return null;
  const person = closedBy === "reconciliation" ? words.closedByRun : (closedBy ?? "");
  return (
    <div className="mt-3 rounded-xl bg-sunken px-4 py-3 text-sm">
      <p className="[overflow-wrap:anywhere]">{words.reasons[closedReason ?? ""] ?? closedReason}</p>
      <p className="mt-1 [overflow-wrap:anywhere] text-soft">
        {fill(words.closedBy, { person, time: fullTime(closedAt, language) })}
      </p>
    </div>
  );
}
