import Link from "next/link";
import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { ListKeys } from "#components/admin/list-keys.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { ORDER_STATUSES } from "#lib/contract/order.ts";
import { sumList } from "#lib/storage/orders/sum-orders.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { ExportLinks } from "../export-links.tsx";
import { readLive } from "../live.tsx";
import { orderColumns, orderRow } from "../order-rows.tsx";
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
import { PLACE_NAMES, PlaceFilters } from "./place-filters.tsx";

const LIMIT = 25;

export default adminPage("orders.read", async (adminRequest, { search }) => {
  const { text, container } = adminRequest;
  const filter = filterOf(search);
  const live = filter.cursor === undefined ? await readLive(adminRequest) : null;
  const query = queryOf(filter, LIMIT);
  const narrowing = narrowingOf(filter);
  const narrowed = Object.entries(filter).some(([name, value]) => name !== "cursor" && value !== undefined);
  const [{ data, nextCursor }, sums] = await Promise.all([
    container.payments.orders(query, narrowing),
    narrowed ? sumList(container.database.pool, { ...whereOf(query), ...narrowing }) : null,
  ]);
  const { orders } = text;
  return (
    <>
      {live}
      <ListKeys />
      <Heading title={orders.title}>
        <ExportLinks adminRequest={adminRequest} path="/admin/orders/export" query={{ ...filter, cursor: undefined }} />
      </Heading>
      <FilterForm adminRequest={adminRequest} filter={filter} />
      <Narrowed filter={filter} adminRequest={adminRequest} />
      {narrowed && data.length > 0 ? <Sums sums={sums} text={text} /> : null}
      <TableCard
        className="mt-4"
        empty={
          <EmptyState
            title={narrowed ? orders.nothing : orders.empty}
            hint={narrowed ? orders.nothingHint : orders.emptyHint}
          >
            {narrowed ? (
              <Link href="/admin/orders" className={`${LINK} py-2.5`}>
                {text.clear}
              </Link>
            ) : null}
          </EmptyState>
        }
        caption={orders.title}
        columns={orderColumns(adminRequest)}
        rows={data.map((order) => orderRow(order, adminRequest))}
      />
      <Pager
        words={text}
        first={filter.cursor === undefined ? null : ordersAddress({ ...filter, cursor: undefined })}
        next={nextCursor === null ? null : ordersAddress({ ...filter, cursor: nextCursor })}
      />
    </>
  );
});

/** What the form has fields for; the rest of a filter is kept in hidden ones. */
const hasField = (name: string): boolean => [...PLACE_NAMES, ...KIND_NAMES].some((each) => each === name);

function FilterForm({ adminRequest, filter }: { adminRequest: AdminRequest; filter: OrdersFilter }) {
  const { text, container } = adminRequest;
  const { orders } = text;
  const today = beijingDay(container.clock.now());
  const statuses = ORDER_STATUSES.map((value) => ({ value, label: orders.statuses[value] }));
  return (
    <Card className="px-4 py-4 sm:px-5">
      <form action="/admin/orders" className="grid grid-cols-2 gap-3 lg:grid-cols-[2fr_1fr_1.4fr_auto] lg:items-end">
        {NARROWING_NAMES.map((name) =>
          filter[name] === undefined || hasField(name) ? null : (
            <input key={name} type="hidden" name={name} value={filter[name]} />
          ),
        )}
        <div className="max-lg:col-span-2">
          <Field
            label={orders.search}
            name="q"
            type="search"
            aria-keyshortcuts="/"
            placeholder={orders.searchHint}
            defaultValue={filter.q}
            maxLength={128}
          />
        </div>
        <div className="max-lg:col-span-2">
          <Select
            label={orders.status}
            name="status"
            defaultValue={filter.status ?? ""}
            options={[{ value: "", label: orders.any }, ...statuses]}
          />
        </div>
        <div className="max-lg:col-span-2">
          <DateRangePicker
            key={`${filter.from} ${filter.to}`}
            label={orders.period}
            names={{ from: "from", to: "to" }}
            defaultValue={{ from: filter.from, to: filter.to }}
            today={today}
            sends
          />
        </div>
        <div className="col-span-full grid grid-cols-2 gap-3 lg:order-last">
          <KindFilters adminRequest={adminRequest} filter={filter} />
        </div>
        <PlaceFilters adminRequest={adminRequest} filter={filter} />
        <button type="submit" className={`${toneLook("primary")} max-lg:col-span-2`}>
          {text.filter}
        </button>
      </form>
      <p className="mt-2 text-sm">
        <Link className={`${LINK} inline-block py-3`} prefetch={false} href="/admin/orders">
          {text.clear}
        </Link>
      </p>
    </Card>
  );
}
