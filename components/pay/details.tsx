import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { fill, type Text } from "./text.ts";

/** More than this many items fold away, so that the action stays near. */
const ITEMS_SHOWN = 4;

/** What is being paid for, line by line, down to the amount due. */
export function Details({ order, text }: { order: OrderView; text: Text }) {
  const shown = order.items.length > ITEMS_SHOWN + 1 ? ITEMS_SHOWN : order.items.length;
  const folded = order.items.slice(shown);
  return (
    <div className="pay-details">
      <Card className="px-5 py-4" aria-labelledby="details-title">
        <h2 id="details-title" className="text-sm font-semibold">
          {text.order}
        </h2>
        <Items items={order.items.slice(0, shown)} text={text} />
        {folded.length > 0 && (
          <details className="group">
            <summary className="flex min-h-11 cursor-pointer list-none items-center text-sm text-soft group-open:hidden">
              {fill(text.moreItems, { count: folded.length })}
            </summary>
            <Items items={folded} text={text} />
          </details>
        )}
        <dl className="mt-2 border-t border-line pt-3 text-sm">
          {order.amountDiscount > 0 && <Line name={text.total} value={amountText(order.amountTotal)} />}
          {order.discounts.map((discount) => (
            <Line
              key={discount.id}
              name={discount.name}
              note={discount.reason}
              value={`−${amountText(discount.amount)}`}
              saved
            />
          ))}
          {order.amountDiscount > 0 && order.discounts.length === 0 && (
            <Line name={text.discount} value={`−${amountText(order.amountDiscount)}`} saved />
          )}
          <Line name={text.due} value={amountText(order.amountDue)} strong />
          <Line name={text.orderNumber} value={order.outTradeNo} quiet />
        </dl>
      </Card>
      <p className="flex items-center justify-center gap-1.5 py-4 text-xs text-soft">
        <Lock />
        {text.secured}
      </p>
    </div>
  );
}

const Lock = () => (
  <svg viewBox="0 0 16 16" className="size-3.5" aria-hidden="true">
    <title>⌂</title>
    <rect x="2.5" y="7" width="11" height="7" rx="2" className="fill-brand" />
    <path d="M5 7V5.200a3 3 0 0 1 6 0V7" className="fill-none stroke-brand" strokeWidth="1.6" />
  </svg>
);

function Items({ items, text }: { items: OrderView["items"]; text: Text }) {
  return (
    <ul className="ruled">
      {items.map((item) => (
        <li key={item.id} className="flex items-baseline justify-between gap-4 py-3">
          <span className="min-w-0">
            {item.name}
            <span className="ml-2 text-sm whitespace-nowrap text-soft">
              <span className="sr-only">{text.quantity} </span>× {item.quantity}
            </span>
          </span>
          <span className="shrink-0 figures">{amountText(item.amount)}</span>
        </li>
      ))}
    </ul>
  );
}

interface LineProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string | null;
  readonly saved?: boolean;
  readonly strong?: boolean;
  readonly quiet?: boolean;
}

function Line({ name, value, note, saved, strong, quiet }: LineProps) {
  const look = strong ? "font-semibold" : quiet ? "text-xs" : "";
  return (
    <div className={`flex flex-wrap items-baseline justify-between gap-x-4 py-1 ${look}`}>
      <dt className={strong ? "" : "text-soft"}>
        {name}
        {note && <span className="block text-xs">{note}</span>}
      </dt>
      <dd className={`figures ${saved ? "text-brand-ink" : quiet ? "text-soft" : ""}`}>{value}</dd>
    </div>
  );
}
