import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ABNORMAL_REFUND_BANKS, type AbnormalApplication, isOpen } from "#lib/payment/index.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { refundToCard, refundToShop } from "./abnormal-actions.ts";
import { applicationWords } from "./abnormal-words.ts";

interface AbnormalRefundProps {
  readonly refund: { readonly id: string; readonly number: string; readonly amount: number };
  /** Oldest first. */
  readonly applications: readonly AbnormalApplication[];
  /** Of the attempt that it goes back from. */
  readonly protocol: "v3" | "v2";
  readonly adminRequest: AdminRequest;
}

/** How a refund that its payer's account did not take is finished, or what became of that. */
export function AbnormalRefund({ refund, applications, protocol, adminRequest }: AbnormalRefundProps) {
  const { text, language, may } = adminRequest;
  const words = approvalsText(language).abnormal;
  const amount = amountText(refund.amount);
  const last = applications.at(-1);
  if (last !== undefined && isOpen(last)) return <Notice>{applicationWords(last, words.waiting, words)}</Notice>;
  if (protocol === "v2") return <Notice tone="warn">{fill(words.byHand, { number: refund.number })}</Notice>;
  if (!may("refunds.create")) return null;
  const hidden = { refundId: refund.id };
  return (
    <>
      <p className="text-sm">{fill(words.what, { amount })}</p>
      {last?.failure == null ? null : (
        <Notice tone="warn">
          {[words.failures[last.failure] ?? last.failure, last.failureDetail].filter(Boolean).join(" · ")}
        </Notice>
      )}
      <div className="flex flex-wrap gap-3">
        <Dialog
          opener={{ label: words.card, look: `${toneLook("primary")} max-sm:w-full` }}
          title={words.card}
          hint={words.cardHint}
        >
          <ActionForm
            action={refundToCard}
            submit={fill(words.cardSubmit, { amount })}
            working={text.working}
            wide
            hidden={hidden}
          >
            <Select
              label={words.bank}
              name="bank"
              options={ABNORMAL_REFUND_BANKS.map((value) => ({ value, label: words.banks[value] }))}
            />
            <Field
              label={words.number}
              hint={words.numberHint}
              name="cardNumber"
              inputMode="numeric"
              autoComplete="off"
              maxLength={30}
              required
            />
            <Field label={words.name} name="cardName" autoComplete="off" maxLength={40} required />
          </ActionForm>
        </Dialog>
        <Confirm label={words.merchant} hint={fill(words.merchantHint, { amount })}>
          <ActionForm action={refundToShop} submit={words.merchantSubmit} working={text.working} hidden={hidden} />
        </Confirm>
      </div>
    </>
  );
}
