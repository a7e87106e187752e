import { ActionForm } from "#components/admin/action-form.tsx";
import { Facts } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { RefundPreview } from "#lib/payment/index.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { refund as sendRefund } from "../actions.ts";

interface RefundCheckProps {
  readonly preview: RefundPreview;
  readonly byItems: boolean;
  readonly reason: string;
  readonly order: OrderView;
  readonly adminRequest: AdminRequest;
  readonly token: string;
}

/** The preview of a refund; nothing has happened yet. */
export function RefundCheck({ preview, byItems, reason, order, adminRequest, token }: RefundCheckProps) {
  const { text, language, container } = adminRequest;
  const { refund } = text;
  const approvals = approvalsText(language);
  const later = preview.sendAt > container.clock.now();
  const nameOf = (itemId: string) => order.items.find(({ id }) => id === itemId)?.name ?? "";
  return (
    <>
      <h2 className="text-lg font-semibold">{refund.previewTitle}</h2>
      <p className="mt-3 text-4xl font-semibold tabular-nums" data-testid="refund-amount">
        {amountText(preview.amount)}
      </p>
      <div className="-mx-4 my-3 sm:-mx-5">
        <Facts
          facts={[
            ...(byItems ? preview.items : []).map(({ itemId, quantity, amount }) => ({
              label: `${nameOf(itemId)} × ${quantity}`,
              value: amountText(amount),
            })),
            { label: refund.after, value: amountText(preview.leftAfter) },
            { label: refund.way, value: refund.wayValue },
            preview.needsApproval
              ? null
              : {
                  label: refund.when,
                  value: later ? fill(refund.later, { time: fullTime(preview.sendAt, language) }) : refund.now,
                },
            reason === "" ? null : { label: refund.reason, value: reason },
          ]}
        />
      </div>
      {preview.needsApproval ? (
        <div className="mb-4">
          <Notice>{approvals.preview}</Notice>
        </div>
      ) : null}
      <ActionForm
        action={sendRefund}
        submit={fill(preview.needsApproval ? approvals.submit : refund.submit, { amount: amountText(preview.amount) })}
        working={text.working}
        wide
        hidden={{
          orderId: order.id,
          token,
          amount: String(preview.amount),
          items: byItems ? preview.items.map(({ itemId, quantity }) => `${itemId}:${quantity}`).join(",") : "",
          reason,
        }}
      />
      <a href={`/admin/orders/${order.id}/refund`} className={`${toneLook("plain")} mt-3 w-full`}>
        {refund.change}
      </a>
    </>
  );
}
