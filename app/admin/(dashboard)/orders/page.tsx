import Link from "next/link";
import { DataTable } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { isId } from "#lib/base/ids.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { ORDER_STATUSES, type OrderListQuery } from "#lib/contract/order.ts";
import { adminPage, type PageAddress } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { readLive } from "../live.tsx";
import { orderColumns, orderRow } from "../order-rows.tsx";

const LIMIT = 25;

export default adminPage("orders.read", async (adminRequest, { search }) => {
  const { text, container } = adminRequest;
  const filter = filterOf(search);
  const live = filter.cursor === undefined ? await readLive(adminRequest) : null;
  const { data, nextCursor } = await container.payments.orders(queryOf(filter));
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  const { orders } = text;
  return (
    <>
      {live}
      <Heading title={orders.title} />
      <FilterForm adminRequest={adminRequest} filter={filter} />
      <Card className="mt-4 overflow-hidden">
        {data.length === 0 ? (
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
        ) : (
          <DataTable
            caption={orders.title}
            columns={orderColumns(adminRequest)}
            rows={data.map((order) => orderRow(order, adminRequest))}
          />
        )}
      </Card>
      <Pager
        words={text}
        first={filter.cursor === undefined ? null : addressOf({ ...filter, cursor: undefined })}
        next={nextCursor === null ? null : addressOf({ ...filter, cursor: nextCursor })}
      />
    </>
  );
});

type Filter = Readonly<Record<"q" | "status" | "from" | "to" | "cursor", string | undefined>>;

const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;
const asDay = (text = "") => (DAY_FORM.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined);

/** Invalid filters are ignored, so that a mistyped address still shows orders. */
function filterOf({ q = "", status, from, to, cursor = "" }: PageAddress["search"]): Filter {
  return {
    q: q.trim().slice(0, 128) || undefined,
    status: ORDER_STATUSES.find((each) => each === status),
    from: asDay(from),
    to: asDay(to),
    cursor: isId("order", cursor) ? cursor : undefined,
  };
}

/** Days are days in Beijing, the last one included. */
function queryOf({ q, status, from, to, cursor }: Filter): OrderListQuery {
  return {
    q,
    status: ORDER_STATUSES.find((each) => each === status),
    createdFrom: from === undefined ? undefined : beijingMidnight(from).toISOString(),
    createdTo: to === undefined ? undefined : addMs(beijingMidnight(to), DAY_MS).toISOString(),
    cursor,
    limit: LIMIT,
  };
}

function addressOf(filter: Filter): string {
  const query = new URLSearchParams(Object.entries(filter).filter((entry): entry is [string, string] => !!entry[1]));
  return query.size === 0 ? "/admin/orders" : `/admin/orders?${query}`;
}

function FilterForm({ adminRequest, filter }: { adminRequest: AdminRequest; filter: Filter }) {
  const { text, container } = adminRequest;
  const { orders } = text;
  const today = beijingDay(container.clock.now());
  const statuses = ORDER_STATUSES.map((value) => ({ value, label: orders.statuses[value] }));
  return (
    <Card className="px-4 py-4 sm:px-5">
      <form action="/admin/orders" className="grid grid-cols-2 gap-3 lg:grid-cols-[2fr_1fr_1.4fr_auto] lg:items-end">
        <div className="max-lg:col-span-2">
          <Field
            label={orders.search}
            name="q"
            type="search"
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
