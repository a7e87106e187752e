import { SmallMultiple } from "#components/admin/charts/small-multiple.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { addMs } from "#lib/base/time.ts";
import type { HealthUnit } from "#lib/ops/health-series.ts";
import { type HealthText, healthText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import type { Health } from "./read-health.ts";

interface CurvesProps {
  readonly health: Health;
  /** With their figures, for readers without scripts. */
  readonly withTables: boolean;
  readonly adminRequest: AdminRequest;
}

/** Every curve over the same span, small enough to be seen at once. */
export function Curves({ health, withTables, adminRequest }: CurvesProps) {
  const { language, text } = adminRequest;
  const words = healthText(language);
  const { series, from, stepMs } = health;
  // One object each: what several curves share travels once.
  const moments = series[0]?.values.map((_, at) => shortTime(addMs(from, at * stepMs), language)) ?? [];
  const tableWords = { table: words.table, time: words.time, value: words.value, nothing: words.noData };
  return (
    <div className="grid grid-cols-2 gap-2 sm:gap-3 lg:grid-cols-3 2xl:grid-cols-4">
      {series.map(({ name, unit, values, last, peak, total, stands }) => (
        <SmallMultiple
          key={name}
          title={words.names[name]}
          explain={words.explains[name]}
          now={last === null ? text.none : valueText(total ?? last, unit, words)}
          note={peak === null ? words.noData : fill(words.peak, { value: valueText(peak, unit, words) })}
          values={values}
          moments={moments}
          texts={values.map((value) => (value === null ? null : valueText(value, unit, words)))}
          mark={stands ? words.standsOut : null}
          words={tableWords}
          isOpen={withTables}
        />
      ))}
    </div>
  );
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_H = 24;
const short = (value: number): string =>
  value >= 10 ? Math.round(value).toLocaleString("en") : String(Math.round(value * 10) / 10);

export function valueText(value: number, unit: HealthUnit, { units }: HealthText): string {
  if (unit === "count") return Math.round(value).toLocaleString("en");
  if (unit === "share") return fill(units.share, { value: Math.round(value * 100) });
  if (unit === "hours") {
    return value >= 2 * DAY_H
      ? fill(units.days, { value: short(value / DAY_H) })
      : fill(units.hours, { value: short(value) });
  }
  if (value >= 2 * HOUR_S) return fill(units.hours, { value: short(value / HOUR_S) });
  if (value >= 2 * MINUTE_S) return fill(units.minutes, { value: short(value / MINUTE_S) });
  return fill(units.seconds, { value: value < 1 ? String(Math.round(value * 100) / 100) : short(value) });
}
