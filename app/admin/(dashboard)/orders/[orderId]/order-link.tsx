import { PayCode } from "#components/admin/pay-code.tsx";
import { CopyButton } from "#components/controls/copy-button.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { controlsText, storyText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** The link that a shopper pays by, to be sent or shown. Nothing for an order that cannot be paid any more. */
export function OrderLink({ order, adminRequest }: { order: OrderView; adminRequest: AdminRequest }) {
  if (order.status !== "pending") return null;
  const words = storyText(adminRequest.language);
  const hint = fill(words.codeHint, { description: order.description, amount: amountText(order.amountDue) });
  return (
    <Card className="mt-5 flex flex-col gap-3 px-4 py-4 sm:px-5" data-testid="pay-link">
      <p className="text-sm text-soft">{words.link}</p>
      <a href={order.payUrl} className="[overflow-wrap:anywhere] text-brand-ink underline underline-offset-4">
        {order.payUrl}
      </a>
      <div className="flex flex-wrap gap-2">
        <CopyButton value={order.payUrl} what={words.link} />
        <PayCode
          url={order.payUrl}
          open={words.showCode}
          close={controlsText(adminRequest.language).close}
          title={words.codeTitle}
          hint={hint}
          sandbox={adminRequest.container.settings.sandbox ? adminRequest.text.sandbox : null}
        />
      </div>
    </Card>
  );
}
