import { Chart } from "#components/admin/charts/chart.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { fullDay } from "#components/admin/moments.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { addMs } from "#lib/base/time.ts";
import { fill } from "#lib/texts/words.ts";
import { lookPage } from "../../look-page.tsx";
import { FiguresTabs, Incomplete } from "../figures-tabs.tsx";
import { takingsNames } from "../takings-names.ts";
import { readTrends } from "./read-trends.ts";
import { trendChart } from "./trend-chart.ts";
import { TrendFilter } from "./trend-filter.tsx";
import { TrendFigures, TrendParts } from "./trend-parts.tsx";
import { MEASURES, trendAddress, trendQueryOf } from "./trend-query.ts";

export default lookPage("orders.read", async (adminRequest, { search }) => {
  const { container, look, text, language } = adminRequest;
  const { trends: words } = text;
  const now = container.clock.now();
  const query = trendQueryOf(search, now);
  const trends = await readTrends(look, query, now);
  const { whole, parts, before, isIncomplete } = trends;
  const keys = parts.map(({ key }) => key);
  const nameOf = await takingsNames(adminRequest, query.split ?? "all", keys);
  const isEmpty = whole.sums.orders + whole.sums.payments + whole.sums.refunds + whole.sums.otherRefunds === 0;
  const compared = { from: beijingDay(before.from), to: beijingDay(addMs(before.to, -1)) };
  const beforeText = { from: fullDay(compared.from, language), to: fullDay(compared.to, language) };
  return (
    <>
      <Heading
        title={query.from === query.to ? fill(words.reading, { day: fullDay(query.from, language) }) : words.title}
      />
      <FiguresTabs here="trends" text={text} />
      <TrendFilter query={query} adminRequest={adminRequest} />
      {isIncomplete ? <Incomplete text={text} /> : null}
      {isEmpty ? (
        <Card>
          <EmptyState title={words.empty} hint={words.emptyHint} />
        </Card>
      ) : (
        <>
          <TrendFigures query={query} trends={trends} text={text} />
          <p className="mt-3 mb-4 px-1 text-sm text-soft">{`${fill(compared.from === compared.to ? words.beforeDay : words.beforeSpan, beforeText)} · ${words.fresh}`}</p>
          <Tabs
            label={words.measure}
            tabs={MEASURES.map((measure) => ({
              href: trendAddress({ ...query, measure }),
              label: words.measures[measure],
              here: measure === query.measure,
            }))}
          />
          <Card>
            <Chart
              data={trendChart({ query, trends, words, language, nameOf })}
              words={text.charts}
              language={language}
              csv={trendAddress(query, "/admin/trends/table.csv")}
            />
          </Card>
          <TrendParts query={query} trends={trends} text={text} nameOf={nameOf} />
        </>
      )}
    </>
  );
});
