import Link from "next/link";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { FilterFold } from "#components/admin/filter-fold.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { ListTable } from "#components/admin/list/list-table.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { isId } from "#lib/base/ids.ts";
import { sumRefundList } from "#lib/storage/refunds/list-refunds.ts";
import { listOpenApprovals } from "#lib/storage/refunds/refund-approvals.ts";
import { approvalsText, listsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { lookPage } from "../../look-page.tsx";
import { ExportLinks } from "../export-links.tsx";
import { readLookLive } from "../live.tsx";
import { Chips } from "../saved-views/chips.tsx";
import { ListTools, ViewTabs } from "../saved-views/list-tools.tsx";
import { openOwnList, todayOf } from "../saved-views/own-list.ts";
import { savedQuery, withPeriod } from "../saved-views/saved-query.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { canBeAnswered } from "./approvers.ts";
import { REFUND_CHOICES, refundFilterOf } from "./filter.ts";
import { REFUND_COLUMNS_SHOWN, readRefundPage, refundChoiceName, refundColumns } from "./refund-list.ts";

const LIMIT = 25;
const WAITING_SHOWN = 50;

type RefundsShown = ReturnType<typeof refundFilterOf>;

export default lookPage("orders.read", async (adminRequest, { search: said }) => {
  const { container, look, text, language } = adminRequest;
  const { refunds } = text;
  const columns = refundColumns(adminRequest);
  const own = await openOwnList(adminRequest, { list: "refunds", search: said, columns, shown: REFUND_COLUMNS_SHOWN });
  const today = todayOf(adminRequest);
  const search = withPeriod(said, today);
  const filter = refundFilterOf(search);
  const cursor = isId("refund", search.cursor ?? "") ? search.cursor : undefined;
  const live = cursor === undefined ? await readLookLive(adminRequest) : null;
  const query = savedQuery(filter.kept, today);
  const [first, sums] = await Promise.all([
    readRefundPage(adminRequest, search, { limit: LIMIT, columns: own.shown }),
    query === "" ? null : sumRefundList(look.pool, filter.filter),
  ]);
  // What waits for a person stands first, on the first page of all refunds and of those that wait.
  const isAsked = (query === "" || filter.status === "awaiting") && cursor === undefined;
  const [waiting, others] = isAsked
    ? await Promise.all([listOpenApprovals(container.database.pool, WAITING_SHOWN), canBeAnswered(adminRequest)])
    : [[], false];
  const words = listsText(language);
  const approvals = approvalsText(language);
  return (
    <>
      {live}
      <Heading title={refunds.title}>
        <ExportLinks adminRequest={adminRequest} path="/admin/refunds/export" query={filter.kept} />
      </Heading>
      <ViewTabs adminRequest={adminRequest} own={own} query={query} />
      <FilterForm adminRequest={adminRequest} filter={filter} isOpen={said.conditions === "open"} />
      <Chips
        label={words.chips.label}
        remove={text.orders.remove}
        clear={{ label: text.clear, href: addressOf({}) }}
        chips={chipsOf(filter, adminRequest)}
      />
      {waiting.length === 0 ? null : (
        <section aria-label={approvals.title} className="mt-5">
          <p className="mb-3 px-1 text-sm text-soft">{approvals.hint}</p>
          <ul className="grid gap-4 xl:grid-cols-2">
            {waiting.map((approval) => (
              <li key={approval.refundId}>
                <ApprovalCard
                  approval={approval}
                  order={{ id: approval.orderId, outTradeNo: approval.outTradeNo }}
                  canBeAnswered={others}
                  adminRequest={adminRequest}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      {sums === null || sums.refunds === 0 ? null : (
        <p className="mt-4 px-1 text-sm text-soft tabular-nums" data-testid="sums">
          {fill(sums.hasMore ? refunds.sumOfNewest : refunds.sum, {
            count: sums.refunds,
            amount: amountText(sums.amount),
          })}
        </p>
      )}
      <ListTools adminRequest={adminRequest} own={own} columns={columns} query={query} />
      <Card className="mt-4 overflow-hidden">
        {first.rows.length === 0 ? (
          <EmptyState title={query === "" ? refunds.empty : refunds.nothing} hint={refunds.emptyHint}>
            {query === "" ? null : (
              <Link href={addressOf({})} className={`${LINK} py-2.5`}>
                {text.clear}
              </Link>
            )}
          </EmptyState>
        ) : (
          <ListTable
            key={`${query} ${cursor} ${own.shown}`}
            caption={refunds.title}
            columns={columns}
            shown={own.shown}
            linked={own.shown.includes("order") ? "order" : (own.shown[0] ?? "order")}
            first={first}
            address={addressOf(filter.kept, "/admin/refunds/rows")}
            words={words.more}
          >
            <Pager
              words={text}
              first={cursor === undefined ? null : addressOf(filter.kept)}
              next={first.next === null ? null : addressOf({ ...filter.kept, cursor: first.next })}
            />
          </ListTable>
        )}
      </Card>
    </>
  );
});

function addressOf(kept: Readonly<Record<string, string>>, path = "/admin/refunds"): string {
  const query = new URLSearchParams(kept);
  return `${path}?${query.size === 0 ? "view=all" : query}`;
}

function chipsOf({ status, from, to, kept }: RefundsShown, { text, language }: AdminRequest) {
  const words = listsText(language).chips;
  const nameOf = refundChoiceName({ text, language });
  const without = (...names: string[]) =>
    addressOf(Object.fromEntries(Object.entries(kept).filter(([name]) => !names.includes(name))));
  return [
    ...(status === undefined
      ? []
      : [{ label: fill(words.status, { status: nameOf(status) }), href: without("status") }]),
    ...(from === undefined && to === undefined
      ? []
      : [
          {
            label: fill(text.refunds.between, { from: from ?? "…", to: to ?? "…" }),
            href: without("from", "to"),
          },
        ]),
  ];
}

interface RefundsFormProps {
  readonly adminRequest: AdminRequest;
  readonly filter: RefundsShown;
  readonly isOpen: boolean;
}

function FilterForm({ adminRequest, filter, isOpen }: RefundsFormProps) {
  const { text, language } = adminRequest;
  const { orders } = text;
  const nameOf = refundChoiceName(adminRequest);
  const { q, status, from, to, kept } = filter;
  const words = listsText(language);
  return (
    <Card className="px-4 py-4 sm:px-5">
      <form action="/admin/refunds">
        <FilterFold
          words={{ show: words.conditions, hide: words.conditionsHide }}
          count={[status, from ?? to].filter((value) => value !== undefined).length}
          openHref={addressOf({ ...kept, conditions: "open" })}
          isOpen={isOpen}
          search={
            <Field
              label={orders.search}
              name="q"
              type="search"
              aria-keyshortcuts="/"
              placeholder={words.refundSearch}
              defaultValue={q}
              maxLength={128}
            />
          }
          submit={
            <button type="submit" className={toneLook("primary")}>
              {text.filter}
            </button>
          }
        >
          <Select
            label={orders.status}
            name="status"
            defaultValue={status ?? ""}
            options={[
              { value: "", label: orders.any },
              ...REFUND_CHOICES.map((value) => ({ value, label: nameOf(value) })),
            ]}
          />
          <DateRangePicker
            key={`${from} ${to}`}
            label={words.refundColumns.succeededAt}
            names={{ from: "from", to: "to" }}
            defaultValue={{ from, to }}
            today={todayOf(adminRequest)}
            sends
          />
        </FilterFold>
      </form>
    </Card>
  );
}
