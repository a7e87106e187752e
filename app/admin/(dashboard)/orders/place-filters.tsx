import { Select } from "#components/admin/field.tsx";
import { listCashiers } from "#lib/storage/tills/cashiers.ts";
import { listStores } from "#lib/storage/tills/places.ts";
import { tillsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { tillOptions } from "../shifts/shift-filter.ts";
import { NONE, type OrdersFilter } from "./filter.ts";

/** What the form itself filters places by; the rest of {@link OrdersFilter} is kept in hidden fields. */
export const PLACE_NAMES = ["store", "till", "cashier"] as const;

interface PlaceFiltersProps {
  readonly adminRequest: AdminRequest;
  readonly filter: OrdersFilter;
}

/** By store, till and cashier; nothing for a shop that has none. */
export async function PlaceFilters({ adminRequest: { container, language, text }, filter }: PlaceFiltersProps) {
  const { pool } = container.database;
  const [stores, cashiers] = await Promise.all([listStores(pool), listCashiers(pool)]);
  if (stores.length === 0) {
    return PLACE_NAMES.map((name) =>
      filter[name] === undefined ? null : <input key={name} type="hidden" name={name} value={filter[name]} />,
    );
  }
  const words = tillsText(language).shifts;
  const edges = [
    { value: "", label: words.any },
    { value: NONE, label: text.none },
  ];
  const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });
  const options = {
    store: stores.map(named),
    till: tillOptions(stores),
    cashier: cashiers.map(named),
  };
  return PLACE_NAMES.map((name) => (
    <Select
      key={name}
      label={words[name]}
      name={name}
      defaultValue={filter[name] ?? ""}
      options={[...edges, ...options[name]]}
    />
  ));
}
