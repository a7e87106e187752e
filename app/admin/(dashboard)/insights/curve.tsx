import { Chart } from "#components/admin/charts/chart.tsx";
import type { ChartData } from "#components/admin/charts/chart-types.ts";
import { Section } from "#components/admin/heading.tsx";
import { shortDay, shortTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { fill, percent } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { Meaning } from "./funnel-view.tsx";
import type { Insights } from "./read-insights.ts";

type CurveReader = Pick<AdminRequest, "text" | "language">;

/** Who paid of those who saw the page, over time, within what is usual; what was unusual stands on the curve. */
export function Curve({ insights, text, language }: CurveReader & { readonly insights: Insights }) {
  const { insights: words, charts } = text;
  const { curve, anomalies } = insights;
  if (curve.length < 2) return null;
  const hasBand = curve.some(({ low }) => low !== null);
  return (
    <Section title={words.curve}>
      <Card>
        <Chart data={curveData(insights, { text, language })} words={charts} language={language} />
        <Meaning>
          {hasBand ? words.curveMeaning : words.curveFew}{" "}
          {anomalies.length === 0 ? words.curveNone : fill(words.curveSome, { count: anomalies.length })}
        </Meaning>
        {anomalies.length === 0 ? null : (
          <ul className="border-t border-line">
            {anomalies.toReversed().map(({ kind, hour, figure }) => {
              const [title = kind, hint = ""] = text.alerts.kinds[kind] ?? [];
              const day = beijingDay(hour);
              return (
                <li
                  key={`${kind}${hour.toISOString()}`}
                  className="border-b border-line px-4 py-3 last:border-0 sm:px-5"
                >
                  <p className="flex flex-wrap justify-between gap-x-4">
                    <span className="font-medium">{title}</span>
                    <span className="text-sm text-soft tabular-nums">
                      {shortTime(hour, language)} · {figure}
                    </span>
                  </p>
                  <p className="mt-1 text-sm text-soft">
                    {hint}{" "}
                    <a
                      href={`/admin/orders?from=${day}&to=${day}`}
                      className="text-brand-ink underline underline-offset-4"
                    >
                      {words.lookAt}
                    </a>
                  </p>
                </li>
              );
            })}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function curveData({ curve, anomalies, step }: Insights, { text, language }: CurveReader): ChartData {
  const words = text.insights;
  const bucketOf = (moment: Date) => (step === "hour" ? moment : beijingMidnight(beijingDay(moment))).getTime();
  const marks = new Map(anomalies.map(({ kind, hour, figure }) => [bucketOf(hour), markText(kind, figure, text)]));
  const shareText = (share: number | null) => (share === null ? "—" : percent(share));
  const seriesOf = (values: readonly (number | null)[]) => ({ values, texts: values.map(shareText) });
  return {
    title: words.curve,
    pointName: words.span,
    unit: "share",
    points: curve.map(({ at }) => {
      const day = beijingDay(at);
      const mark = marks.get(at.getTime());
      return {
        label: step === "hour" ? shortTime(at, language) : shortDay(day, language),
        href: `/admin/orders?from=${day}&to=${day}`,
        ...(mark === undefined ? {} : { mark }),
      };
    }),
    series: [
      { name: words.curveLow, form: "low", tone: "quiet", ...seriesOf(curve.map(({ low }) => low)) },
      { name: words.curveBand, form: "high", tone: "quiet", ...seriesOf(curve.map(({ high }) => high)) },
      { name: words.curveRate, form: "line", tone: "main", ...seriesOf(curve.map(({ share }) => share)) },
    ],
  };
}

const markText = (kind: string, figure: string, text: AdminRequest["text"]): string =>
  `${text.alerts.kinds[kind]?.[0] ?? kind} ${figure}`;
