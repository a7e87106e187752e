import { type Column, DataTable } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ListedPayment } from "#lib/storage/takings/list-payments.ts";
import type { AdminRequest } from "../../admin-request.ts";

interface LatestPaymentsProps extends Pick<AdminRequest, "text" | "language"> {
  readonly payments: readonly ListedPayment[];
}

/** What has just been paid, newest first; the page refreshes by itself. */
export function LatestPayments({ payments, text, language }: LatestPaymentsProps) {
  const { home, orders } = text;
  if (payments.length === 0) {
    return (
      <Card>
        <EmptyState title={home.live} hint={home.liveNone} />
      </Card>
    );
  }
  const columns: readonly Column[] = [
    { key: "what", label: orders.columns.what, card: "title" },
    { key: "time", label: text.order.paidAt, card: "foot" },
    { key: "way", label: text.order.channel, card: "state" },
    { key: "amount", label: orders.columns.amount, align: "end", card: "figure" },
  ];
  return (
    <Card className="overflow-hidden">
      <DataTable
        caption={home.live}
        columns={columns}
        rows={payments.map(({ orderId, description, channel, amount, paidAt }) => ({
          key: orderId,
          href: `/admin/orders/${orderId}`,
          cells: [
            <span key="what" className="line-clamp-1">
              {description}
            </span>,
            <time key="time" dateTime={paidAt.toISOString()} className="whitespace-nowrap tabular-nums">
              {shortTime(paidAt, language)}
            </time>,
            orders.channels[channel as keyof typeof orders.channels] ?? channel,
            <strong key="amount" className="font-semibold whitespace-nowrap tabular-nums">
              {amountText(amount)}
            </strong>,
          ],
        }))}
      />
    </Card>
  );
}
