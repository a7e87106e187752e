import Link from "next/link";
import { DataTable } from "#components/admin/data-table.tsx";
import { DayBars } from "#components/admin/day-bars.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { FigureCard } from "#components/admin/figure-card.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { COUNTED_MAX, type Figures, readFigures } from "#lib/storage/orders/figures.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../admin-page.tsx";
import type { AdminRequest } from "../admin-request.ts";
import { readLive } from "./live.tsx";
import { orderColumns, orderRow } from "./order-rows.tsx";

const DAYS = 7;
const NEWEST = 8;

export default adminPage("orders.read", async (adminRequest) => {
  const { container, text } = adminRequest;
  const { payments, clock, database } = container;
  const live = await readLive(adminRequest);
  const today = beijingMidnight(beijingDay(clock.now()));
  const [figures, newest] = await Promise.all([
    readFigures(database.pool, { today, days: DAYS }),
    payments.orders({ limit: NEWEST }),
  ]);
  const { home, orders } = text;
  return (
    <>
      {live}
      <Heading title={home.title} />
      <Today figures={figures} text={text} />
      <Section title={home.week}>
        <Card>
          <DayBars
            label={home.week}
            days={figures.days.map(({ day, paid }) => ({ day, amount: paid, text: amountText(paid) }))}
          />
        </Card>
      </Section>
      <Section title={home.newest}>
        <Card className="overflow-hidden">
          {newest.data.length === 0 ? (
            <EmptyState title={orders.empty} hint={orders.emptyHint} />
          ) : (
            <DataTable
              caption={home.newest}
              columns={orderColumns(adminRequest)}
              rows={newest.data.map((order) => orderRow(order, adminRequest))}
            />
          )}
        </Card>
        <p className="mt-3 px-1">
          <Link href="/admin/orders" prefetch={false} className={`${LINK} inline-block py-2.5`}>
            {home.all}
          </Link>
        </p>
      </Section>
    </>
  );
});

const counted = (count: number, max: number): string => (count < max ? String(count) : `${max}+`);

function Today({ figures, text: { home } }: { figures: Figures; text: AdminRequest["text"] }) {
  const { openAlerts, waitingRefunds, abnormalRefunds } = figures;
  const alertCount = counted(openAlerts, COUNTED_MAX.openAlerts);
  const alerts = openAlerts === 0 ? home.alertsNone : fill(home.alertsSome, { count: alertCount });
  const underWay = waitingRefunds === 0 ? "" : fill(home.waiting, { count: waitingRefunds });
  const refunds = abnormalRefunds === 0 ? underWay : fill(home.abnormal, { count: abnormalRefunds });
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <FigureCard
        label={home.paid}
        value={amountText(figures.paidToday)}
        note={fill(home.payments, { count: figures.paymentsToday })}
      />
      <FigureCard
        label={home.refunded}
        value={amountText(figures.refundedToday)}
        note={refunds || fill(home.payments, { count: figures.refundsToday })}
        href="/admin/refunds"
      />
      <FigureCard
        label={home.orders}
        value={String(figures.ordersToday)}
        note={`${home.pending} ${counted(figures.pendingNow, COUNTED_MAX.pendingNow)}`}
        href="/admin/orders"
      />
      <FigureCard label={home.alerts} value={alertCount} note={alerts} href="/admin/alerts" />
    </div>
  );
}
