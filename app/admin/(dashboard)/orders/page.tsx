import Link from "next/link";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { FilterFold } from "#components/admin/filter-fold.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { ListTable } from "#components/admin/list/list-table.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { Card } from "#components/ui/card.tsx";
import { ORDER_STATUSES } from "#lib/contract/order.ts";
import { sumList } from "#lib/storage/orders/sum-orders.ts";
import { listsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { lookPage } from "../../look-page.tsx";
import { ExportLinks } from "../export-links.tsx";
import { readLookLive } from "../live.tsx";
import { ListTools, ViewTabs } from "../saved-views/list-tools.tsx";
import { openOwnList, todayOf } from "../saved-views/own-list.ts";
import { ALL_VIEW, savedQuery, withPeriod } from "../saved-views/saved-query.ts";
import {
  filterOf,
  NARROWING_NAMES,
  narrowingOf,
  type OrdersFilter,
  ordersAddress,
  queryOf,
  whereOf,
} from "./filter.ts";
import { KIND_NAMES, KindFilters } from "./kind-filters.tsx";
import { Narrowed, Sums } from "./narrowed.tsx";
import { ORDER_COLUMNS_SHOWN, orderColumns, readOrderPage } from "./order-list.ts";
import { PLACE_NAMES, PlaceFilters } from "./place-filters.tsx";

const LIMIT = 25;

export default lookPage("orders.read", async (adminRequest, { search: said }) => {
  const { text, look, language } = adminRequest;
  const columns = orderColumns(adminRequest);
  const list = { list: "orders", search: said, columns, shown: ORDER_COLUMNS_SHOWN } as const;
  const own = await openOwnList(adminRequest, list);
  const today = todayOf(adminRequest);
  const filter = filterOf(withPeriod(said, today));
  const live = filter.cursor === undefined ? await readLookLive(adminRequest) : null;
  const query = savedQuery(filter, today);
  const narrowed = query !== "";
  const where = { ...whereOf(queryOf(filter, LIMIT)), ...narrowingOf(filter) };
  const [first, sums] = await Promise.all([
    readOrderPage(adminRequest, filter, { limit: LIMIT, columns: own.shown }),
    narrowed ? sumList(look.pool, where) : null,
  ]);
  const { orders } = text;
  const words = listsText(language);
  return (
    <>
      {live}
      <Heading title={orders.title}>
        <ExportLinks adminRequest={adminRequest} path="/admin/orders/export" query={{ ...filter, cursor: undefined }} />
      </Heading>
      <ViewTabs adminRequest={adminRequest} own={own} query={query} />
      <FilterForm adminRequest={adminRequest} filter={filter} isOpen={said.conditions === "open"} />
      <Narrowed filter={filter} adminRequest={adminRequest} />
      {narrowed && first.rows.length > 0 ? <Sums sums={sums} text={text} /> : null}
      <ListTools adminRequest={adminRequest} own={own} columns={columns} query={query} />
      <Card className="mt-4 overflow-hidden">
        {first.rows.length === 0 ? (
          <EmptyState
            title={narrowed ? orders.nothing : orders.empty}
            hint={narrowed ? orders.nothingHint : orders.emptyHint}
          >
            {narrowed ? (
              <Link href={`/admin/orders?view=${ALL_VIEW}`} className={`${LINK} py-2.5`}>
                {text.clear}
              </Link>
            ) : null}
          </EmptyState>
        ) : (
          <ListTable
            key={`${query} ${filter.cursor} ${own.shown}`}
            caption={orders.title}
            columns={columns}
            shown={own.shown}
            linked={own.shown.includes("number") ? "number" : (own.shown[0] ?? "number")}
            first={first}
            address={ordersAddress({ ...filter, cursor: undefined }, "/admin/orders/rows")}
            words={words.more}
          >
            <Pager
              words={text}
              first={filter.cursor === undefined ? null : ordersAddress({ ...filter, cursor: undefined })}
              next={first.next === null ? null : ordersAddress({ ...filter, cursor: first.next })}
            />
          </ListTable>
        )}
      </Card>
    </>
  );
});

/** What the form has fields for; the rest of a filter is kept in hidden ones. */
const hasField = (name: string): boolean => [...PLACE_NAMES, ...KIND_NAMES].some((each) => each === name);

interface OrdersFormProps {
  readonly adminRequest: AdminRequest;
  readonly filter: OrdersFilter;
  readonly isOpen: boolean;
}

function FilterForm({ adminRequest, filter, isOpen }: OrdersFormProps) {
  const { text, language } = adminRequest;
  const { orders } = text;
  const words = listsText(language);
  const statuses = ORDER_STATUSES.map((value) => ({ value, label: orders.statuses[value] }));
  const folded = [
    filter.status,
    filter.from ?? filter.to,
    ...[...KIND_NAMES, ...PLACE_NAMES].map((name) => filter[name]),
  ];
  const address = ordersAddress({ ...filter, cursor: undefined });
  return (
    <Card className="px-4 py-4 sm:px-5">
      <form action="/admin/orders">
        {NARROWING_NAMES.map((name) =>
          filter[name] === undefined || hasField(name) ? null : (
            <input key={name} type="hidden" name={name} value={filter[name]} />
          ),
        )}
        <FilterFold
          words={{ show: words.conditions, hide: words.conditionsHide }}
          count={folded.filter((value) => value !== undefined).length}
          openHref={`${address}${address.includes("?") ? "&" : "?"}conditions=open`}
          isOpen={isOpen}
          search={
            <Field
              label={orders.search}
              name="q"
              type="search"
              aria-keyshortcuts="/"
              placeholder={orders.searchHint}
              defaultValue={filter.q}
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
            defaultValue={filter.status ?? ""}
            options={[{ value: "", label: orders.any }, ...statuses]}
          />
          <DateRangePicker
            key={`${filter.from} ${filter.to}`}
            label={orders.period}
            names={{ from: "from", to: "to" }}
            defaultValue={{ from: filter.from, to: filter.to }}
            today={todayOf(adminRequest)}
            sends
          />
          <KindFilters adminRequest={adminRequest} filter={filter} />
          <PlaceFilters adminRequest={adminRequest} filter={filter} />
        </FilterFold>
      </form>
    </Card>
  );
}
