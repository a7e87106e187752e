import { Select } from "#components/admin/field.tsx";
import { CHANNELS } from "#lib/contract/order.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { sceneText } from "#lib/texts/scene.ts";
import type { AdminRequest } from "../../admin-request.ts";
import type { OrdersFilter } from "./filter.ts";

/** What {@link KindFilters} filters by. */
export const KIND_NAMES = ["channel", "scene"] as const;

interface KindFiltersProps {
  readonly adminRequest: AdminRequest;
  readonly filter: OrdersFilter;
}

/** How it was paid and what for. */
export function KindFilters({ adminRequest: { language, text }, filter }: KindFiltersProps) {
  const { orders } = text;
  const scenes = sceneText(language).names;
  const options = {
    channel: CHANNELS.map((value) => ({ value, label: orders.channels[value] })),
    scene: SCENES.map((value) => ({ value, label: scenes[value] })),
  };
  return KIND_NAMES.map((name) => (
    <Select
      key={name}
      label={orders.splits[name]}
      name={name}
      defaultValue={filter[name] ?? ""}
      options={[{ value: "", label: orders.any }, ...options[name]]}
    />
  ));
}
