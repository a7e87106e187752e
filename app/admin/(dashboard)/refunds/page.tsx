import Link from "next/link";
import { TableCard } from "#components/admin/card-list.tsx";
import type { Column } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { RefundBadge } from "#components/admin/status-badge.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { isId } from "#lib/base/ids.ts";
import { REFUND_STATUSES } from "#lib/contract/refund.ts";
import { type ListedRefund, listRefunds, sumRefunds } from "#lib/storage/refunds/list-refunds.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { ExportLinks } from "../export-links.tsx";
import { readLive } from "../live.tsx";
import { refundFilterOf } from "./filter.ts";

const LIMIT = 25;

export default adminPage("orders.read", async (adminRequest, { search }) => {
  const { container, text } = adminRequest;
  const { refunds, orders } = text;
  const { status, isSpan, kept, words, filter } = refundFilterOf(search);
  const after = isId("refund", search.cursor ?? "") ? search.cursor : undefined;
  const live = after === undefined ? await readLive(adminRequest) : null;
  const { pool } = container.database;
  const [rows, sums] = await Promise.all([
    listRefunds(pool, { ...filter, ...(after === undefined ? {} : { after }), limit: LIMIT + 1 }),
    isSpan || status !== undefined ? sumRefunds(pool, filter) : null,
  ]);
  const shown = rows.slice(0, LIMIT);
  const address = (query: Record<string, string>) => `/admin/refunds?${new URLSearchParams(query)}`;
  return (
    <>
      {live}
      <Heading title={refunds.title}>
        <ExportLinks adminRequest={adminRequest} path="/admin/refunds/export" query={kept} />
      </Heading>
      <Tabs
        label={orders.status}
        tabs={[
          { href: "/admin/refunds", label: orders.any, here: status === undefined },
          ...REFUND_STATUSES.map((each) => ({
            href: address({ status: each }),
            label: refunds.statuses[each],
            here: status === each,
          })),
        ]}
      />
      {isSpan ? (
        <p className="mb-3 px-1 text-sm">
          {fill(refunds.between, words)}{" "}
          <Link href={address(status === undefined ? {} : { status })} prefetch={false} className={`${LINK} py-3`}>
            {text.clear}
          </Link>
        </p>
      ) : null}
      {sums === null || sums.refunds === 0 ? null : (
        <p className="mb-3 px-1 text-sm text-soft tabular-nums" data-testid="sums">
          {fill(refunds.sum, { count: sums.refunds, amount: amountText(sums.amount) })}
        </p>
      )}
      <TableCard
        empty={<EmptyState title={status === undefined ? refunds.empty : refunds.nothing} hint={refunds.emptyHint} />}
        caption={refunds.title}
        columns={columnsOf(adminRequest)}
        rows={shown.map((refund) => rowOf(refund, adminRequest))}
      />
      <Pager
        words={text}
        first={after === undefined ? null : address(kept)}
        next={rows.length > LIMIT ? address({ ...kept, cursor: shown.at(-1)?.id ?? "" }) : null}
      />
    </>
  );
});

function columnsOf({ text }: AdminRequest): readonly Column[] {
  const { number, order, time, amount, status } = text.refunds.columns;
  return [
    { key: "number", label: number, card: "body" },
    { key: "order", label: order, card: "title" },
    { key: "time", label: time, card: "foot" },
    { key: "amount", label: amount, align: "end", card: "figure" },
    { key: "status", label: status, card: "state" },
  ];
}

function rowOf(refund: ListedRefund, { text, language }: AdminRequest) {
  const status = refund.status === "requested" || refund.status === "processing" ? "pending" : refund.status;
  const why = refund.failure === null ? null : text.refunds.failures[refund.failure];
  return {
    key: refund.id,
    cells: [
      refund.number,
      <Link
        key="order"
        href={`/admin/orders/${refund.orderId}`}
        prefetch={false}
        className="inline-block text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
      >
        {refund.outTradeNo}
      </Link>,
      <time key="time" dateTime={refund.createdAt.toISOString()} className="whitespace-nowrap tabular-nums">
        {shortTime(refund.createdAt, language)}
      </time>,
      <strong key="amount" className="font-semibold whitespace-nowrap tabular-nums">
        {amountText(refund.amount)}
      </strong>,
      <span key="status" className="block">
        <RefundBadge status={status} text={text} />
        {why === null ? null : <span className="mt-1 block max-w-xs text-sm text-soft">{why}</span>}
      </span>,
    ],
  };
}
