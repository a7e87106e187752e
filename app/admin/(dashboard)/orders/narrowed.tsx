import { fullDay, fullHour } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { ListSums } from "#lib/storage/orders/sum-orders.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { listsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { LookRequest } from "../../look-page.tsx";
import { Chips } from "../saved-views/chips.tsx";
import { takingsNames } from "../takings-names.ts";
import { NONE, type OrdersFilter, ordersAddress, SPLITS } from "./filter.ts";

/** Every condition that the list is narrowed by, each to be taken off; what was typed stands in its field. */
export async function Narrowed({ filter, adminRequest }: { filter: OrdersFilter; adminRequest: LookRequest }) {
  const { orders } = adminRequest.text;
  const words = listsText(adminRequest.language).chips;
  const { status, from, to, paidFrom, paidTo } = filter;
  const { language } = adminRequest;
  const day = (at: string | undefined): string =>
    at === undefined ? "…" : at.includes("T") ? fullHour(at, language) : fullDay(at, language);
  const without = (names: Partial<OrdersFilter>) => ordersAddress({ ...filter, ...names, cursor: undefined });
  const typed = [
    ...(status === undefined
      ? []
      : [
          {
            label: fill(words.status, { status: orders.statuses[status as keyof typeof orders.statuses] }),
            href: without({ status: undefined }),
          },
        ]),
    ...(from === undefined && to === undefined
      ? []
      : [
          {
            label: fill(from === to ? words.created : words.createdSpan, { from: day(from), to: day(to) }),
            href: without({ from: undefined, to: undefined }),
          },
        ]),
  ];
  const first = paidFrom ?? paidTo;
  const paid =
    first === undefined
      ? []
      : [
          {
            label: fill(paidTo === paidFrom ? orders.paidBetween : orders.paidSpan, {
              from: day(paidFrom),
              to: day(paidTo),
            }),
            href: without({ paidFrom: undefined, paidTo: undefined }),
          },
        ];
  const splits = await Promise.all(
    SPLITS.filter((split) => filter[split] !== undefined).map(async (split) => {
      const key = filter[split] === NONE ? "" : (filter[split] ?? "");
      const name = await takingsNames(adminRequest, split, [key]);
      return {
        label: `${orders.splits[split]}: ${name(key)}`,
        href: without({ [split]: undefined }),
      };
    }),
  );
  const chips = [...typed, ...paid, ...splits];
  const clear = { label: adminRequest.text.clear, href: ordersAddress({}) };
  return <Chips label={words.label} remove={orders.remove} clear={clear} chips={chips} />;
}

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
