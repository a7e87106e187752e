import { Select } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { SPLITS } from "../orders/filter.ts";
import { STEPS, type TrendQuery } from "./trend-query.ts";

/** The stretch of time, its steps, and what it is split by; an address like every other view. */
export function TrendFilter({ query, adminRequest }: { query: TrendQuery; adminRequest: AdminRequest }) {
  const { text, container } = adminRequest;
  const { trends, orders } = text;
  return (
    <Card className="mb-4 px-4 py-4 sm:px-5">
      <form action="/admin/trends" className="grid grid-cols-2 gap-3 lg:grid-cols-[1.6fr_1fr_1fr_auto] lg:items-end">
        <input type="hidden" name="measure" value={query.measure} />
        <div className="max-lg:col-span-2">
          <DateRangePicker
            key={`${query.from} ${query.to}`}
            sends
            label={trends.span}
            names={{ from: "from", to: "to" }}
            defaultValue={{ from: query.from, to: query.to }}
            today={beijingDay(container.clock.now())}
          />
        </div>
        <Select
          key={query.step}
          label={trends.step}
          name="step"
          defaultValue={query.step}
          options={STEPS.map((value) => ({ value, label: trends.steps[value] }))}
        />
        <Select
          label={trends.split}
          name="split"
          defaultValue={query.split ?? ""}
          options={[
            { value: "", label: trends.whole },
            ...SPLITS.map((value) => ({ value, label: orders.splits[value] })),
          ]}
        />
        <button type="submit" className={`${toneLook("primary")} max-lg:col-span-2`}>
          {trends.show}
        </button>
      </form>
    </Card>
  );
}
