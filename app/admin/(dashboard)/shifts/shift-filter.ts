import { beijingMidnight } from "#lib/base/beijing-time.ts";
import { isId } from "#lib/base/ids.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import type { ListedStore } from "#lib/storage/tills/places.ts";
import type { ShiftFilter } from "#lib/tills/index.ts";

/** What the list of hand-overs is narrowed to, as it stands in the page's address. */
export type ShiftSearch = Readonly<Record<"store" | "till" | "cashier" | "from" | "to" | "cursor", string | undefined>>;

const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;
const asDay = (text = "") => (DAY_FORM.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined);

/** What is not valid is left out, so that a mistyped address still shows hand-overs. */
export function readShiftSearch(search: Readonly<Record<string, string>>): ShiftSearch {
  const { store = "", till = "", cashier = "", from, to, cursor = "" } = search;
  return {
    store: isId("store", store) ? store : undefined,
    till: isId("till", till) ? till : undefined,
    cashier: isId("cashier", cashier) ? cashier : undefined,
    from: asDay(from),
    to: asDay(to),
    cursor: isId("shift", cursor) ? cursor : undefined,
  };
}

/** Days are days in Beijing, the last one included. */
export const shiftFilterOf = (search: ShiftSearch, limit: number): ShiftFilter => ({
  storeId: search.store,
  tillId: search.till,
  cashierId: search.cashier,
  closedFrom: search.from === undefined ? undefined : beijingMidnight(search.from),
  closedTo: search.to === undefined ? undefined : addMs(beijingMidnight(search.to), DAY_MS),
  after: search.cursor,
  limit,
});

export function shiftsAddress(search: ShiftSearch, path = "/admin/shifts"): string {
  const query = new URLSearchParams(Object.entries(search).filter((entry): entry is [string, string] => !!entry[1]));
  return query.size === 0 ? path : `${path}?${query}`;
}

/** All tills, named with their store. */
export const tillOptions = (stores: readonly ListedStore[]) =>
  stores.flatMap((store) => store.tills.map((till) => ({ value: till.id, label: `${store.name} · ${till.name}` })));
