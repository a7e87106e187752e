import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { Card } from "#components/ui/card.tsx";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { funnelOf, rfm, uplift } from "#lib/intelligence/index.ts";
import { readCells, readShopperPayments, readUpliftRows } from "#lib/storage/behaviour/insights.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../admin-page.tsx";
import { Offers, Segments, UnusualHours } from "./findings.tsx";
import { Reasons, Steps, Ways } from "./funnel-view.tsx";

const SPANS = ["7", "30", "90"] as const;
const YEAR = 366;
const ALERTS_LOOKED_AT = 100;
const ALERTS_SHOWN = 5;

export default adminPage("orders.read", async ({ container, text, language }, { search }) => {
  const { insights } = text;
  const { pool } = container.database;
  const days = SPANS.find((each) => each === search.days) ?? "30";
  const to = container.clock.now();
  const from = addMs(to, -Number(days) * DAY_MS);
  const [cells, payments, decisions, alerts] = await Promise.all([
    readCells(pool, { from, to }),
    readShopperPayments(pool, { from: addMs(to, -YEAR * DAY_MS), to }),
    readUpliftRows(pool, { from: addMs(to, -90 * DAY_MS), to }),
    listAlerts(pool, { onlyOpen: true, limit: ALERTS_LOOKED_AT }),
  ]);
  const [all] = funnelOf(cells, []);
  const span = { from, to };
  return (
    <>
      <Heading title={insights.title} />
      <Tabs
        label={insights.span}
        tabs={SPANS.map((each) => ({
          href: `/admin/insights?days=${each}`,
          label: fill(insights.days, { days: each }),
          here: each === days,
        }))}
      />
      {all === undefined || all.hidden ? (
        <Card>
          <EmptyState title={insights.empty} hint={insights.emptyHint} />
        </Card>
      ) : (
        <>
          <Steps row={all} words={insights} />
          <Reasons row={all} words={insights} span={span} />
          <Ways rows={funnelOf(cells, ["channel"])} words={insights} />
        </>
      )}
      <UnusualHours
        alerts={alerts.filter(({ kind }) => kind.startsWith("anomaly_")).slice(0, ALERTS_SHOWN)}
        text={text}
        language={language}
      />
      <Offers result={uplift(decisions)} words={insights} />
      <Segments rfm={rfm(payments, { now: to })} words={insights} />
    </>
  );
});
