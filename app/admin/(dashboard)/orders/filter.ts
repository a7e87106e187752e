import { beijingMidnight } from "#lib/base/beijing-time.ts";
import { isId } from "#lib/base/ids.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { ORDER_STATUSES, type OrderListQuery } from "#lib/contract/order.ts";
import type { OrderNarrowing } from "#lib/payment/index.ts";

/** What a figure of the dashboard narrows the list by, beside what people type. */
export const SPLITS = ["channel", "scene", "store", "till", "cashier", "code", "offer"] as const;
export type Split = (typeof SPLITS)[number];
/** In an address: orders without that property. No id begins with it. */
export const NONE = "-";

/** What only links set. */
export const NARROWING_NAMES = ["paidFrom", "paidTo", ...SPLITS] as const;
type FilterName = "q" | "status" | "from" | "to" | (typeof NARROWING_NAMES)[number] | "cursor";
export type OrdersFilter = Readonly<Record<FilterName, string | undefined>>;

const VALUE = /^[0-9A-Za-z_.~-]{1,64}$/;
const asValue = (text = ""): string | undefined => (VALUE.test(text) ? text : undefined);

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T([01]\d|2[0-3]))?$/;

/** The beginning of a day or an hour of Beijing, `2026-11-30` or `2026-11-30T14`. */
function startOf(text: string): Date | undefined {
  const [, day = "", hour = "00"] = MOMENT.exec(text) ?? [];
  const start = addMs(beijingMidnight(day), Number(hour) * HOUR_MS);
  return Number.isNaN(start.getTime()) ? undefined : start;
}

/** The end of that day or hour, not included. */
const endOf = (text: string): Date | undefined => {
  const start = startOf(text);
  return start === undefined ? undefined : addMs(start, text.includes("T") ? HOUR_MS : DAY_MS);
};

const asMoment = (text = ""): string | undefined => (startOf(text) === undefined ? undefined : text);
const asDay = (text = ""): string | undefined => (text.includes("T") ? undefined : asMoment(text));

/** Invalid filters are ignored, so that a mistyped address still shows orders. */
export function filterOf(search: Readonly<Record<string, string>>): OrdersFilter {
  const { q = "", status, cursor = "" } = search;
  return {
    q: q.trim().slice(0, 128) || undefined,
    status: ORDER_STATUSES.find((each) => each === status),
    from: asDay(search.from),
    to: asDay(search.to),
    paidFrom: asMoment(search.paidFrom),
    paidTo: asMoment(search.paidTo),
    channel: asValue(search.channel),
    scene: asValue(search.scene),
    store: asValue(search.store),
    till: asValue(search.till),
    cashier: asValue(search.cashier),
    code: asValue(search.code),
    offer: asValue(search.offer),
    cursor: isId("order", cursor) ? cursor : undefined,
  };
}

/** Days are days in Beijing, the last one included. */
export function queryOf({ q, status, from, to, cursor }: OrdersFilter, limit: number): OrderListQuery {
  return {
    q,
    status: ORDER_STATUSES.find((each) => each === status),
    createdFrom: from === undefined ? undefined : startOf(from)?.toISOString(),
    createdTo: to === undefined ? undefined : endOf(to)?.toISOString(),
    cursor,
    limit,
  };
}

/** The same for the sum of all pages. */
export const whereOf = ({ q, status, createdFrom, createdTo }: OrderListQuery) => ({
  text: q,
  status,
  createdFrom: createdFrom === undefined ? undefined : new Date(createdFrom),
  createdTo: createdTo === undefined ? undefined : new Date(createdTo),
});

const idOf = (value: string | undefined): string | undefined => (value === NONE ? "" : value);

export const narrowingOf = ({ paidFrom, paidTo, ...filter }: OrdersFilter): OrderNarrowing => ({
  paidFrom: paidFrom === undefined ? undefined : startOf(paidFrom),
  paidTo: paidTo === undefined ? undefined : endOf(paidTo),
  ...(Object.fromEntries(SPLITS.map((split) => [split, idOf(filter[split])])) as Partial<Record<Split, string>>),
});

export function ordersAddress(filter: Partial<OrdersFilter>, path = "/admin/orders"): string {
  const query = new URLSearchParams(Object.entries(filter).filter((entry): entry is [string, string] => !!entry[1]));
  // The list as it is, not the view that somebody chose to see first.
  return `${path}?${query.size === 0 ? "view=all" : query}`;
}
