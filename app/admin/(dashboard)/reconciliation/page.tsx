import { Fragment } from "react";
import { ActionForm } from "#components/admin/action-form.tsx";
import { type Column, DataTable, type Row } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { fullDay } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DatePicker } from "#components/controls/date-picker.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay, beijingDayAfter } from "#lib/base/beijing-time.ts";
import { type ListedRun, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { runDay } from "./actions.ts";
import { DayBadge } from "./day-badge.tsx";
import { dayBefore, daysUpTo, differencesOf, isDay, stateOf } from "./days.ts";

const DAYS = 31;

export default adminPage("reconciliation.read", async (adminRequest, { search }) => {
  const { container, text } = adminRequest;
  const { reconciliation } = text;
  const today = beijingDay(container.clock.now());
  const last = isDay(search.to) && search.to < today ? search.to : today;
  const days = daysUpTo(last, DAYS);
  const oldest = days.at(-1) ?? last;
  const runs = await listRuns(container.database.pool, { before: beijingDayAfter(last), from: oldest });
  const older = await listRuns(container.database.pool, { before: oldest, limit: 1 });
  // Nothing to show before the first run.
  const first = older.length > 0 ? oldest : (runs.at(-1)?.day ?? dayBefore(today));
  const shown = days.filter((day) => day >= first || day >= dayBefore(today));
  return (
    <>
      <Heading title={reconciliation.title} />
      <p className="mb-4 text-soft">{reconciliation.intro}</p>
      {adminRequest.may("reconciliation.work") ? (
        <Card className="mb-4 px-4 py-4 sm:px-5">
          <ActionForm action={runDay} submit={reconciliation.run} working={text.working}>
            <div className="max-w-xs">
              <DatePicker
                label={reconciliation.pick}
                name="day"
                defaultValue={dayBefore(today)}
                today={today}
                last={today}
              />
            </div>
          </ActionForm>
        </Card>
      ) : null}
      <Card className="overflow-hidden">
        {runs.length === 0 && older.length === 0 ? (
          <EmptyState title={reconciliation.empty} hint={reconciliation.emptyHint} />
        ) : (
          <DataTable
            caption={reconciliation.title}
            columns={columnsOf(adminRequest)}
            rows={shown.map((day) =>
              rowOf(
                day,
                runs.filter((run) => run.day === day),
                adminRequest,
              ),
            )}
          />
        )}
      </Card>
      <Pager
        words={{ ...text, more: reconciliation.older }}
        first={last === today ? null : "/admin/reconciliation"}
        next={older.length === 0 ? null : `/admin/reconciliation?to=${dayBefore(oldest)}`}
      />
    </>
  );
});

function columnsOf({ text }: AdminRequest): readonly Column[] {
  const { day, state, rows, theirs, ours } = text.reconciliation.columns;
  return [
    { key: "day", label: day, card: "title" },
    { key: "state", label: state, card: "figure" },
    { key: "rows", label: rows, card: "body" },
    { key: "theirs", label: theirs, align: "end", card: "foot" },
    { key: "ours", label: ours, align: "end", card: "state" },
  ];
}

const sum = (runs: readonly ListedRun[], value: (run: ListedRun) => number): number =>
  runs.reduce((total, run) => total + value(run), 0);

function rowOf(day: string, runs: readonly ListedRun[], { container, text, language }: AdminRequest): Row {
  const { reconciliation: words } = text;
  const closed = sum(runs, (run) => run.closed);
  const hasSums = runs.some(({ sums }) => sums !== null);
  const money = (side: "theirs" | "ours") => (
    <span className={`whitespace-nowrap tabular-nums ${hasSums ? "" : "max-md:hidden"}`}>
      <span className="text-sm text-soft md:hidden">{words.side[side]} </span>
      {hasSums ? amountText(sum(runs, ({ sums }) => sums?.[side].paid ?? 0)) : text.none}
    </span>
  );
  return {
    key: day,
    href: `/admin/reconciliation/${day}`,
    cells: [
      fullDay(day, language),
      <span key="state" className="whitespace-nowrap">
        <DayBadge state={stateOf(day, runs, container.clock.now())} count={differencesOf(runs)} text={text} />
      </span>,
      <span key="rows" className={`text-sm text-soft ${runs.length === 0 ? "max-md:hidden" : ""}`}>
        {runs.length === 0
          ? text.none
          : fill(words.rows, { trades: sum(runs, (run) => run.trades), refunds: sum(runs, (run) => run.refunds) })}
        {closed === 0 ? null : ` · ${fill(words.closedCount, { count: closed })}`}
      </span>,
      <Fragment key="theirs">{money("theirs")}</Fragment>,
      <Fragment key="ours">{money("ours")}</Fragment>,
    ],
  };
}
