import type { ReactNode } from "react";
import { Amount, amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { PayText } from "#lib/texts/pay.ts";
import { ShopMark } from "./shop-mark.tsx";
import { WechatMark } from "./wechat-mark.tsx";

interface ReceiptSheetProps {
  readonly shop: { readonly name: string; readonly logoUrl: string | null };
  readonly order: OrderView;
  /** As people of the shop's zone write it. */
  readonly paidAt: string;
  readonly text: PayText;
  /** What to do with it stands under it. */
  readonly children: ReactNode;
}

/** What was paid, as a sheet of its own: to show, to print, to keep. The attributes are read by receipt-picture-script.ts. */
export function ReceiptSheet({ shop, order, paidAt, text, children }: ReceiptSheetProps) {
  const payer = order.amountPayer ?? order.amountPaid;
  const { receipt } = text;
  return (
    <div className="mx-auto w-full max-w-md">
      <section className="@container rounded-card bg-surface px-5 pt-8 pb-6 lifted">
        <div className="flex flex-col items-center text-center">
          <ShopMark name={shop.name} logoUrl={shop.logoUrl} large />
          <p className="mt-3 font-semibold" data-receipt="shop">
            {shop.name}
          </p>
          <h1 className="text-sm text-soft" data-receipt="title">
            {receipt.title}
          </h1>
          <p className="mt-4">
            <span className="sr-only" data-receipt="amount">
              {amountText(payer)}
            </span>
            <span aria-hidden="true">
              <Amount amount={payer} />
            </span>
          </p>
          <p className="mt-2 text-xs text-soft" data-receipt="label">
            {text.paid}
          </p>
        </div>
        <dl className="mt-6 border-t border-line pt-3 text-sm">
          {order.items.map(({ id, name, quantity, amount }) => (
            <Row key={id} name={`${name} × ${quantity}`} value={amountText(amount)} strong />
          ))}
          {order.amountDiscount > 0 && <Row name={text.discount} value={`−${amountText(order.amountDiscount)}`} />}
          {payer < order.amountPaid && (
            <Row name={text.wechatDiscount} value={`−${amountText(order.amountPaid - payer)}`} />
          )}
          <Row name={text.paid} value={amountText(payer)} strong />
          {order.amountRefunded > 0 && <Row name={text.refunded} value={amountText(order.amountRefunded)} />}
          <Row name={receipt.paidAt} value={paidAt} />
          <Row name={receipt.way} value={receipt.wechat} />
          <Row name={text.orderNumber} value={order.outTradeNo} />
          {order.transactionId !== null && <Row name={receipt.transaction} value={order.transactionId} />}
        </dl>
        <p className="mt-4 text-center text-xs text-soft" data-receipt="note">
          {receipt.note}
        </p>
        <div className="mt-3">
          <WechatMark>{text.secured}</WechatMark>
        </div>
      </section>
      {children}
    </div>
  );
}

const Row = ({ name, value, strong = false }: { name: string; value: string; strong?: boolean }) => (
  <div className="flex items-baseline justify-between gap-4 py-1.5" data-receipt="row">
    <dt className="min-w-0 text-soft">{name}</dt>
    <dd className={`min-w-0 text-right figures ${strong ? "font-medium" : ""}`}>{value}</dd>
  </div>
);

/** The button appears with the script that answers it. */
export const SavePicture = ({ text, name }: { text: PayText; name: string }) => (
  <div className="mt-4 flex flex-col items-center gap-2">
    <button
      type="button"
      id="receipt-save"
      suppressHydrationWarning
      hidden
      data-said={text.receipt.hold}
      data-no={text.receipt.noSave}
      data-name={name}
      className="min-h-12 w-full cursor-pointer rounded-2xl bg-action px-5 font-semibold text-action-ink press"
    >
      {text.receipt.save}
    </button>
    <p id="receipt-said" role="status" className="text-center text-sm text-soft" />
    <div id="receipt-picture" className="w-full" />
  </div>
);
