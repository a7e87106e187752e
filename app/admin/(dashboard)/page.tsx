import Link from "next/link";
import { Heading, Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { signedAmount } from "#components/admin/signed-amount.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { netOf } from "#lib/base/takings.ts";
import { listPayments } from "#lib/storage/takings/list-payments.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../admin-request.ts";
import { lookPage } from "../look-page.tsx";
import { FiguresTabs, Incomplete } from "./figures-tabs.tsx";
import { AnsweredRequests } from "./home/answered-requests.tsx";
import { FirstDay } from "./home/first-day.tsx";
import { HourChart, WeekBars } from "./home/home-charts.tsx";
import { TodayFigures } from "./home/home-figures.tsx";
import { Tasks } from "./home/home-tasks.tsx";
import { LatestPayments } from "./home/latest-payments.tsx";
import { type HomeFigures, readHome } from "./home/read-home.ts";
import { tasksOf } from "./home/tasks.ts";
import { readTicker } from "./live.tsx";

const LATEST = 8;

export default lookPage("orders.read", async (adminRequest) => {
  const { container, look, text, language } = adminRequest;
  const live = await readTicker(adminRequest);
  const [figures, latest] = await Promise.all([readHome(look, container.clock.now()), listPayments(look.pool, LATEST)]);
  const { home } = text;
  return (
    <>
      {live}
      <Heading title={home.title}>
        <p className="text-sm text-soft">{fill(home.asOf, { time: shortTime(figures.now, language) })}</p>
      </Heading>
      <FiguresTabs here="home" text={text} />
      <Tasks tasks={tasksOf(figures, text)} text={text} />
      <AnsweredRequests adminRequest={adminRequest} />
      {figures.unfinished.firstOrderAt === null ? (
        <FirstDay {...adminRequest} />
      ) : (
        <>
          {figures.isIncomplete ? <Incomplete text={text} /> : null}
          <TodayFigures figures={figures} words={home} />
          <Yesterday figures={figures} text={text} />
          <HourChart figures={figures} text={text} language={language} />
          <div className="grid gap-x-6 lg:grid-cols-2">
            <Section title={home.live}>
              <LatestPayments payments={latest} text={text} language={language} />
              <p className="mt-3 px-1">
                <Link href="/admin/orders" prefetch={false} className={`${LINK} inline-block py-2.5`}>
                  {home.all}
                </Link>
              </p>
            </Section>
            <WeekBars figures={figures} text={text} language={language} />
          </div>
        </>
      )}
    </>
  );
});

/** Yesterday's takings, one tap away. */
function Yesterday({ figures, text: { home } }: { figures: HomeFigures; text: AdminRequest["text"] }) {
  const yesterday = figures.days.at(-2);
  if (yesterday === undefined) return null;
  const { day, paid, payments } = yesterday;
  return (
    <Card className="relative mt-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken sm:px-5">
      <Link
        href={`/admin/trends?from=${day}&to=${day}&step=hour`}
        prefetch={false}
        className="py-1 font-medium text-brand-ink after:absolute after:inset-0"
      >
        {home.yesterday}
      </Link>
      <p className="tabular-nums">
        <strong className="font-semibold">{amountText(paid)}</strong>
        <span className="ml-3 text-sm text-soft">
          {fill(home.yesterdayNote, { net: signedAmount(netOf(yesterday)), count: payments })}
        </span>
      </p>
    </Card>
  );
}
