import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Card } from "#components/ui/card.tsx";
import { fill } from "#lib/texts/words.ts";
import { lookPage } from "../../look-page.tsx";
import { FiguresTabs } from "../figures-tabs.tsx";
import { takingsNames } from "../takings-names.ts";
import { BusyHours } from "./busy-hours.tsx";
import { Curve } from "./curve.tsx";
import { Funnel, Headline, PayTimes, Reasons, Ways } from "./funnel-view.tsx";
import { readInsights } from "./read-insights.ts";
import { SceneMix } from "./scene-mix.tsx";
import { Cohorts, Offers, Segments } from "./shoppers-view.tsx";

const SPANS = ["7", "30", "90"] as const;

export default lookPage("orders.read", async (adminRequest, { search }) => {
  const { container, look, text, language } = adminRequest;
  const { insights: words } = text;
  const days = SPANS.find((each) => each === search.days) ?? "30";
  const insights = await readInsights(look, Number(days), container.clock.now());
  const { all, ways, paySeconds, shoppers } = insights;
  const sceneName = await takingsNames(adminRequest, "scene", []);
  return (
    <>
      <Heading title={words.title} />
      <FiguresTabs here="insights" text={text} />
      <Tabs
        label={words.span}
        tabs={SPANS.map((each) => ({
          href: `/admin/insights?days=${each}`,
          label: fill(words.days, { days: each }),
          here: each === days,
        }))}
      />
      {all === undefined || all.hidden ? (
        <Card>
          <EmptyState title={words.empty} hint={words.emptyHint} />
        </Card>
      ) : (
        <>
          <Headline row={all} words={words} />
          <div className="grid gap-x-6 lg:grid-cols-2 [&>*]:min-w-0">
            <Funnel row={all} words={words} />
            <PayTimes row={all} words={words} paySeconds={paySeconds} />
          </div>
          <Curve insights={insights} text={text} language={language} />
          <div className="grid gap-x-6 lg:grid-cols-2 [&>*]:min-w-0">
            <Reasons row={all} words={words} span={insights} />
            <Ways rows={ways} words={words} />
          </div>
        </>
      )}
      <div className="grid gap-x-6 lg:grid-cols-2 [&>*]:min-w-0">
        <BusyHours insights={insights} words={words} />
        <SceneMix insights={insights} words={words} nameOf={sceneName} />
      </div>
      {shoppers === null ? (
        <p className="mt-6 px-1 text-sm text-soft">{words.summaryNone}</p>
      ) : (
        <>
          <Offers result={shoppers.uplift} words={words} />
          <Segments segments={shoppers.segments} words={words} />
          <Cohorts cohorts={shoppers.cohorts} words={words} language={language} />
          <p className="mt-4 px-1 text-sm text-soft">
            {fill(words.summaryAt, { time: shortTime(shoppers.madeAt, language) })}
          </p>
        </>
      )}
    </>
  );
});
