import { Chart } from "#components/admin/charts/chart.tsx";
import type { ChartData } from "#components/admin/charts/chart-types.ts";
import { RowBars } from "#components/admin/charts/row-bars.tsx";
import { Section } from "#components/admin/heading.tsx";
import { shortDay } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay, beijingHour, beijingMidnight, beijingWeekday } from "#lib/base/beijing-time.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import type { HomeFigures } from "./read-home.ts";

type Reader = Pick<AdminRequest, "text" | "language">;

/** Today hour by hour, before the same weekday of the week before. */
export function HourChart({ figures, text, language }: { figures: HomeFigures } & Reader) {
  const { home, charts } = text;
  const { hours, now } = figures;
  const day = beijingDay(now);
  const current = beijingHour(now);
  const then = home.lastWeekdays[beijingWeekday(now)] ?? "";
  const data: ChartData = {
    title: home.byHour,
    pointName: home.byHour,
    unit: "fen",
    points: hours.map((_, hour) => {
      const at = String(hour).padStart(2, "0");
      const moment = `${day}T${at}`;
      return {
        label: fill(home.hour, { hour: at }),
        ...(hour > current ? {} : { href: `/admin/orders?paidFrom=${moment}&paidTo=${moment}` }),
      };
    }),
    series: [
      {
        ...{ name: home.today, form: "bar", tone: "main" },
        values: hours.map(({ today }, hour) => (hour > current ? null : today)),
        texts: hours.map(({ today }, hour) => (hour > current ? "" : amountText(today))),
      },
      {
        ...{ name: then, form: "line", tone: "quiet" },
        values: hours.map(({ before }) => before),
        texts: hours.map(({ before }) => amountText(before)),
      },
    ],
  };
  return (
    <Section title={home.byHour}>
      <Card>
        <Chart data={data} words={charts} language={language} />
      </Card>
    </Section>
  );
}

/** The last seven days, each with its figure and the way to its orders. */
export function WeekBars({ figures, text, language }: { figures: HomeFigures } & Reader) {
  const { home } = text;
  const today = beijingDay(figures.now);
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "Asia/Shanghai" });
  return (
    <Section title={home.week}>
      <Card>
        <RowBars
          label={home.week}
          rows={figures.days.toReversed().map(({ day, paid }) => ({
            key: day,
            label: `${shortDay(day, language)} ${day === today ? home.today : weekday.format(beijingMidnight(day))}`,
            value: paid,
            text: amountText(paid),
            href: `/admin/orders?paidFrom=${day}&paidTo=${day}`,
            strong: day === today,
          }))}
        />
        <p className="px-4 pb-4 text-sm text-soft sm:px-5">{home.weekNote}</p>
      </Card>
    </Section>
  );
}
