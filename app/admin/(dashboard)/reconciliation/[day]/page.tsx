import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { FileLink } from "#components/admin/file-link.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullDay, fullTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type ListedRun, listDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { runDay } from "../actions.ts";
import { DayBadge } from "../day-badge.tsx";
import { type DayState, differencesOf, isDay, stateOf } from "../days.ts";
import { DifferenceCard } from "./difference-card.tsx";
import { DaySums } from "./sums-table.tsx";

const LIMIT = 50;

export default adminPage("reconciliation.read", async (adminRequest, { params, search }) => {
  const { container, text, language } = adminRequest;
  const { day } = params;
  if (!isDay(day)) notFound();
  const { reconciliation } = text;
  const runs = await listRuns(container.database.pool, { day });
  const state = stateOf(day, runs, container.clock.now());
  const offset = /^[1-9]\d{0,4}$/.test(search.from ?? "") ? Number(search.from) : 0;
  const sections = await Promise.all(
    runs.map((run) => runSection(run, adminRequest, { offset, single: runs.length === 1, state })),
  );
  return (
    <>
      <Heading title={fill(reconciliation.day, { day: fullDay(day, language) })}>
        <DayBadge state={state} count={differencesOf(runs)} text={text} />
      </Heading>
      {adminRequest.may("reconciliation.work") ? (
        <div className="mb-4">
          <ActionForm
            action={runDay}
            submit={runs.length === 0 ? reconciliation.run : reconciliation.again}
            working={text.working}
            tone={runs.length === 0 ? "primary" : "plain"}
            hidden={{ day, stay: "1" }}
          />
        </div>
      ) : null}
      {runs.length === 0 ? <NoRun state={state} adminRequest={adminRequest} /> : sections}
      <p className="mt-6 flex flex-wrap gap-3">
        {differencesOf(runs) + runs.reduce((sum, { closed }) => sum + closed, 0) === 0 ? null : (
          <FileLink
            href={`/admin/reconciliation/${day}/differences.csv`}
            label={reconciliation.csv}
            className={toneLook("plain")}
          >
            {reconciliation.csv}
          </FileLink>
        )}
        <a href="/admin/reconciliation" className={toneLook("plain")}>
          {text.back}
        </a>
      </p>
    </>
  );
});

function NoRun({ state, adminRequest: { text } }: { state: DayState; adminRequest: AdminRequest }) {
  const { waitingTitle, waitingHint, noRunTitle, noRunHint } = text.reconciliation;
  const [title, hint] = state === "waiting" ? [waitingTitle, waitingHint] : [noRunTitle, noRunHint];
  return (
    <Card>
      <EmptyState title={title} hint={hint} />
    </Card>
  );
}

interface SectionOptions {
  readonly offset: number;
  /** Reports of the day; several are labelled by merchant number. */
  readonly single: boolean;
  readonly state: DayState;
}

async function runSection(run: ListedRun, adminRequest: AdminRequest, { offset, single, state }: SectionOptions) {
  const { container, text, language } = adminRequest;
  const { reconciliation } = text;
  const found = await listDiscrepancies(container.database.pool, run.id, { limit: LIMIT + 1, offset });
  const shown = found.slice(0, LIMIT);
  const open = shown.filter(({ closedAt }) => closedAt === null);
  const closed = shown.filter(({ closedAt }) => closedAt !== null);
  const base = `/admin/reconciliation/${run.day}`;
  return (
    <div key={run.id}>
      <Section title={single ? reconciliation.summary : fill(reconciliation.merchant, { number: run.merchantNumber })}>
        <Card className="overflow-hidden">
          {run.status === "failed" ? (
            <Failure run={run} state={state} adminRequest={adminRequest} />
          ) : (
            <DaySums run={run} text={text} />
          )}
        </Card>
        <p className="mt-2 px-1 text-sm text-soft">
          {[
            run.status === "failed" ? null : fill(reconciliation.rows, { trades: run.trades, refunds: run.refunds }),
            run.otherApps === 0 ? null : fill(reconciliation.otherApps, { count: run.otherApps }),
            fill(reconciliation.finished, { time: fullTime(run.finishedAt, language) }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </Section>
      {run.status === "failed" ? null : (
        <Section title={reconciliation.differences}>
          {open.length === 0 && offset === 0 ? (
            <Card>
              {closed.length === 0 ? (
                <EmptyState title={reconciliation.noneTitle} hint={reconciliation.none} />
              ) : (
                <EmptyState title={reconciliation.answeredTitle} hint={reconciliation.answered} />
              )}
            </Card>
          ) : (
            <CardList items={open} gap="gap-4">
              {(one) => <DifferenceCard difference={one} adminRequest={adminRequest} />}
            </CardList>
          )}
          {run.more === 0 ? null : (
            <div className="mt-4">
              <Notice>{fill(reconciliation.more, { count: run.more })}</Notice>
            </div>
          )}
        </Section>
      )}
      {closed.length === 0 ? null : (
        <Section title={reconciliation.closed}>
          <CardList items={closed}>{(one) => <DifferenceCard difference={one} adminRequest={adminRequest} />}</CardList>
        </Section>
      )}
      <Pager
        words={text}
        first={offset === 0 ? null : base}
        next={found.length > LIMIT ? `${base}?from=${offset + LIMIT}` : null}
      />
    </div>
  );
}

/** A bill that is not ready yet is no failure. */
function Failure({
  run,
  state,
  adminRequest: { text },
}: {
  run: ListedRun;
  state: DayState;
  adminRequest: AdminRequest;
}) {
  const { failedTitle, waitingTitle, waitingHint } = text.reconciliation;
  const waits = state === "waiting";
  return (
    <div className="px-4 py-4 sm:px-5" role="status">
      <p className="font-semibold">{waits ? waitingTitle : failedTitle}</p>
      <p className="mt-1 text-sm break-words text-soft">{waits ? waitingHint : run.problem}</p>
    </div>
  );
}
