import Link from "next/link";
import { amountText } from "#components/ui/amount.tsx";
import type { ListSums } from "#lib/storage/orders/sum-orders.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { takingsNames } from "../takings-names.ts";
import { NONE, type OrdersFilter, ordersAddress, SPLITS } from "./filter.ts";

/** Conditions that a figure's link has set, each to be taken off. */
export async function Narrowed({ filter, adminRequest }: { filter: OrdersFilter; adminRequest: AdminRequest }) {
  const { orders } = adminRequest.text;
  const { paidFrom, paidTo } = filter;
  const first = paidFrom ?? paidTo;
  const paid =
    first === undefined
      ? []
      : [
          {
            label: fill(paidTo === paidFrom ? orders.paidBetween : orders.paidSpan, {
              from: momentText(paidFrom ?? "…"),
              to: momentText(paidTo ?? "…"),
            }),
            href: ordersAddress({ ...filter, paidFrom: undefined, paidTo: undefined, cursor: undefined }),
          },
        ];
  const splits = await Promise.all(
    SPLITS.filter((split) => filter[split] !== undefined).map(async (split) => {
      const key = filter[split] === NONE ? "" : (filter[split] ?? "");
      const name = await takingsNames(adminRequest, split, [key]);
      return {
        label: `${orders.splits[split]}: ${name(key)}`,
        href: ordersAddress({ ...filter, [split]: undefined, cursor: undefined }),
      };
    }),
  );
  const chips = [...paid, ...splits];
  if (chips.length === 0) return null;
  return (
    <ul className="mt-4 flex flex-wrap gap-2" data-testid="narrowed">
      {chips.map(({ label, href }) => (
        <li key={label}>
          <Link
            href={href}
            prefetch={false}
            aria-label={fill(orders.remove, { name: label })}
            className="inline-flex min-h-11 items-center gap-2 rounded-full bg-brand-soft px-4 text-sm font-medium text-brand-ink"
          >
            {label}
            <span aria-hidden="true">×</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** `2026-11-30T14` is read as an hour. */
const momentText = (moment: string): string => (moment.includes("T") ? `${moment.replace("T", " ")}:00` : moment);

/** What all pages of the list come to, or as many orders of it as a page can wait for. */
export function Sums({ sums, text: { orders } }: { sums: ListSums | null; text: AdminText }) {
  if (sums === null) return <p className="mt-4 px-1 text-sm text-soft">{orders.sumLate}</p>;
  const parts = [
    fill(sums.hasMore ? orders.sumOfNewest : orders.sum, {
      orders: sums.orders,
      due: amountText(sums.due),
      ordersPaid: sums.ordersPaid,
      paid: amountText(sums.paid),
    }),
    ...(sums.discount === 0 ? [] : [fill(orders.sumDiscount, { discount: amountText(sums.discount) })]),
    ...(sums.refunded === 0 ? [] : [fill(orders.sumRefunded, { refunded: amountText(sums.refunded) })]),
    ...(sums.ordersClosed === 0 ? [] : [fill(orders.sumClosed, { count: sums.ordersClosed })]),
  ];
  return (
    <p className="mt-4 px-1 text-sm text-soft tabular-nums" data-testid="sums">
      {parts.join(" · ")}
    </p>
  );
}
