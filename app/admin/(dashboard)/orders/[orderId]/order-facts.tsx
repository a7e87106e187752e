import { Facts } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { type AdminText, tillsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import type { AdminRequest } from "../../../admin-request.ts";

export function OrderFacts({
  order,
  adminRequest,
}: {
  order: OrderView;
  adminRequest: Pick<AdminRequest, "text" | "language">;
}) {
  const { text, language } = adminRequest;
  const { order: words } = text;
  const time = (label: string, at: string | null) => (at === null ? null : { label, value: fullTime(at, language) });
  const money = (label: string, amount: number) => ({ label, value: amountText(amount) });
  return (
    <>
      <p className="px-4 pt-5 text-3xl font-semibold tabular-nums sm:px-5" data-testid="order-amount">
        {amountText(order.amountDue)}
      </p>
      <Facts
        facts={[
          { label: words.description, value: order.description },
          order.amountPaid === 0 ? null : money(isSplit(order) ? text.vouchers.covered : words.paid, order.amountPaid),
          ...splitFacts(order, text),
          order.amountRefunded === 0 ? null : money(words.refunded, order.amountRefunded),
          time(words.created, order.createdAt),
          time(words.paidAt, order.paidAt),
          time(words.closedAt, order.closedAt),
          order.status === "pending" ? time(words.expires, order.expiresAt) : null,
          order.channel === null ? null : { label: words.channel, value: text.orders.channels[order.channel] },
          ...placeFacts(order, language),
          order.goodsTag === null ? null : { label: text.vouchers.goodsTag, value: order.goodsTag },
          order.transactionId === null ? null : { label: words.transaction, value: order.transactionId },
        ]}
      />
    </>
  );
}

/** Where and by whom it was made. */
function placeFacts({ storeCode, tillCode, cashier }: OrderView, language: Language) {
  const words = tillsText(language).shifts;
  return [
    storeCode === null ? null : { label: words.store, value: storeCode },
    tillCode === null ? null : { label: words.till, value: tillCode },
    cashier === null ? null : { label: words.cashier, value: cashier.name },
  ];
}

/** With WeChat's vouchers a payment has three amounts; without them they are the same. */
const isSplit = ({ amountPaid, amountSettled, vouchers }: OrderView): boolean =>
  vouchers.length > 0 || amountSettled !== amountPaid;

function splitFacts(order: OrderView, { vouchers: words }: AdminText) {
  const { amountPayer, amountSettled, vouchers } = order;
  if (!isSplit(order)) return [];
  return [
    amountPayer === null ? null : { label: words.payer, value: amountText(amountPayer) },
    ...vouchers.map((voucher, at) => ({
      label: vouchers.length === 1 ? words.wechat : `${words.wechat} ${at + 1}`,
      value: (
        <>
          <span className="block">-{amountText(voucher.amount)}</span>
          <span className="block text-sm text-soft">
            {[voucher.name, words.fundings[voucher.funding]].filter(Boolean).join(" · ")}
          </span>
        </>
      ),
    })),
    {
      label: words.settled,
      value: (
        <>
          <span className="block">{amountText(amountSettled)}</span>
          <span className="block text-sm text-soft">{words.settledHint}</span>
        </>
      ),
    },
  ];
}

export function OrderItems({ order, text }: { order: OrderView; text: AdminText }) {
  return (
    <ul className="divide-y divide-line px-4 sm:px-5">
      {order.items.map(({ id, name, quantity, unitAmount, amount, discount }) => (
        <li key={id} className="flex justify-between gap-4 py-3">
          <div className="min-w-0">
            <p className="break-words">{name}</p>
            <p className="text-sm text-soft tabular-nums">
              {amountText(unitAmount)} × {quantity}
              {discount === 0 ? null : ` · ${text.order.discount} -${amountText(discount)}`}
            </p>
          </div>
          <p className="shrink-0 tabular-nums">{amountText(amount)}</p>
        </li>
      ))}
      {order.discounts.map(({ id, name, amount, code }) => (
        <li key={id} className="flex justify-between gap-4 py-3">
          <div className="min-w-0">
            <p className="break-words">{name}</p>
            {code === undefined ? null : <p className="font-mono text-sm text-soft [overflow-wrap:anywhere]">{code}</p>}
          </div>
          <p className="shrink-0 tabular-nums">-{amountText(amount)}</p>
        </li>
      ))}
      <li className="flex justify-between gap-4 py-3 font-semibold">
        <span>{text.order.due}</span>
        <span className="tabular-nums">{amountText(order.amountDue)}</span>
      </li>
    </ul>
  );
}
