import type { Column, Row } from "#components/admin/data-table.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { OrderBadge } from "#components/admin/status-badge.tsx";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { AdminRequest } from "../admin-request.ts";

type TextAndLanguage = Pick<AdminRequest, "text" | "language">;

export const orderColumns = ({ text }: TextAndLanguage): readonly Column[] => {
  const { number, what, time, amount, status } = text.orders.columns;
  return [
    { key: "number", label: number, card: "title" },
    { key: "what", label: what, card: "body" },
    { key: "time", label: time, card: "foot" },
    { key: "amount", label: amount, align: "end", card: "figure" },
    { key: "status", label: status, card: "state" },
  ];
};

export const orderRow = (order: OrderView, { text, language }: TextAndLanguage): Row => ({
  key: order.id,
  href: `/admin/orders/${order.id}`,
  cells: [
    <span key="number" className="md:whitespace-nowrap">
      {order.outTradeNo}
    </span>,
    <span key="what" className="line-clamp-2">
      {order.description}
    </span>,
    <time key="time" dateTime={order.createdAt} className="whitespace-nowrap tabular-nums">
      {shortTime(order.createdAt, language)}
    </time>,
    <strong key="amount" className="font-semibold whitespace-nowrap tabular-nums">
      {amountText(order.amountDue)}
    </strong>,
    <OrderBadge key="status" status={order.status} text={text} />,
  ],
});
