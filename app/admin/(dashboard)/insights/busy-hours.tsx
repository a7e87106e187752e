import { Section } from "#components/admin/heading.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay, beijingDayAfter } from "#lib/base/beijing-time.ts";
import { fill } from "#lib/texts/words.ts";
import { Meaning } from "./funnel-view.tsx";
import type { Insights } from "./read-insights.ts";
import type { InsightsWords } from "./words.ts";

interface BusyCell {
  readonly weekday: number;
  readonly hour: number;
  /** Payments on an average such day. */
  readonly usual: number;
}

/** Payments by weekday and hour, as a table whose cells are the darker the busier: it is read, and seen. */
export function BusyHours({ insights, words }: { insights: Insights; words: InsightsWords }) {
  const { busy } = insights;
  if (busy.length === 0) return null;
  const days = daysByWeekday(insights);
  const hours = range(Math.min(...busy.map(({ hour }) => hour)), Math.max(...busy.map(({ hour }) => hour)));
  const cells = hours.flatMap((hour) =>
    words.weekdays.map((_, at): BusyCell => {
      const found = busy.find((each) => each.weekday === at + 1 && each.hour === hour);
      return { weekday: at + 1, hour, usual: (found?.payments ?? 0) / Math.max(1, days[at] ?? 1) };
    }),
  );
  const most = Math.max(...cells.map(({ usual }) => usual));
  const sorted = cells.filter(({ usual }) => usual > 0).toSorted((a, b) => b.usual - a.usual);
  const nameOf = ({ weekday, hour }: BusyCell) => `${words.weekdays[weekday - 1]} ${hour}:00`;
  const [busiest, quietest] = [sorted[0], sorted.at(-1)];
  return (
    <Section title={words.heat}>
      <Card className="px-2 pt-4 sm:px-4">
        <table className="w-full table-fixed border-separate border-spacing-0.5 text-center text-xs tabular-nums">
          <caption className="sr-only">{words.heat}</caption>
          <thead>
            <tr>
              <th scope="col" className="w-12 pb-1 font-medium text-soft">
                {words.heatHour}
              </th>
              {words.weekdays.map((weekday) => (
                <th key={weekday} scope="col" className="pb-1 font-medium text-soft">
                  {weekday}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map((hour) => (
              <tr key={hour}>
                <th scope="row" className="font-normal text-soft">
                  {String(hour).padStart(2, "0")}
                </th>
                {cells
                  .filter((cell) => cell.hour === hour)
                  .map((cell) => (
                    <td
                      key={cell.weekday}
                      className="relative h-7 rounded-sm bg-sunken"
                      title={fill(words.heatCell, {
                        weekday: words.weekdays[cell.weekday - 1] ?? "",
                        hour,
                        count: short(cell.usual),
                      })}
                    >
                      <span
                        aria-hidden="true"
                        className="absolute inset-0 rounded-sm bg-action"
                        style={{ opacity: Math.round((cell.usual / most) * 45) / 100 }}
                      />
                      <span className="relative">{cell.usual === 0 ? "" : short(cell.usual)}</span>
                    </td>
                  ))}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="-mx-2 pt-3 sm:-mx-4">
          {busiest === undefined || quietest === undefined ? null : (
            <Meaning>
              {fill(words.heatMeaning, {
                busy: nameOf(busiest),
                busyCount: short(busiest.usual),
                quiet: nameOf(quietest),
                quietCount: short(quietest.usual),
              })}
            </Meaning>
          )}
        </div>
      </Card>
    </Section>
  );
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

const short = (count: number): string =>
  count >= 10 ? String(Math.round(count)) : String(Math.round(count * 10) / 10);

/** How many Mondays, Tuesdays and so on there are in the stretch. */
function daysByWeekday({ from, to }: Pick<Insights, "from" | "to">): number[] {
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let day = beijingDay(from); day <= beijingDay(to); day = beijingDayAfter(day)) {
    const at = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
