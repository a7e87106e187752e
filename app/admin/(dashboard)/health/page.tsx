import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { healthText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../admin-page.tsx";
import { AlertHistory } from "./alert-history.tsx";
import { Curves } from "./curves.tsx";
import { FindingsNow } from "./findings-now.tsx";
import { LedgerCard } from "./ledger-card.tsx";
import { readHealth, SPAN_NAMES, spanOf } from "./read-health.ts";
import { WorkTable } from "./work-table.tsx";

/** How the installation is, was, and what it is working on. */
export default adminPage("upkeep.read", async (adminRequest, { search }) => {
  const words = healthText(adminRequest.language);
  const span = spanOf(search.span);
  const health = await readHealth(adminRequest, span).catch((cause: unknown) => {
    adminRequest.container.log.warn("health.unreadable", { cause });
    return null;
  });
  if (health === null) {
    // The page for bad days says so itself.
    return (
      <>
        <Heading title={words.title} />
        <Notice tone="warn">{words.unknown}</Notice>
      </>
    );
  }
  const named: Readonly<Record<string, string>> = words.reasonNames;
  const reasons = health.reasons
    .map(({ reason, count }) => fill(words.reasonLine, { reason: named[reason] ?? reason, count }))
    .join(adminRequest.text.listComma);
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{words.intro}</p>
      <FindingsNow report={health.report} now={health.now} adminRequest={adminRequest} />
      <Section title={words.ledger.title} id="ledger">
        <LedgerCard ledger={health.ledger} adminRequest={adminRequest} />
      </Section>
      <Section title={words.curves}>
        <Tabs
          label={words.span}
          tabs={SPAN_NAMES.map((name) => ({
            href: `/admin/health?span=${name}`,
            label: words.spans[name],
            here: name === span,
          }))}
        />
        {health.hasMinutes ? (
          <>
            <noscript>
              <p className="mb-2">
                <a
                  href={`/admin/health?span=${span}&figures=1`}
                  className={`${LINK} inline-flex min-h-11 items-center`}
                >
                  {words.figures}
                </a>
              </p>
            </noscript>
            <Curves health={health} withTables={search.figures === "1"} adminRequest={adminRequest} />
          </>
        ) : (
          <Card>
            <EmptyState title={words.none} hint={words.noneHint} />
          </Card>
        )}
        {health.reasons.length === 0 ? null : (
          <p className="mt-4 text-sm text-soft [overflow-wrap:anywhere]">
            {fill(adminRequest.text.named, { name: words.reasons, value: reasons })}
          </p>
        )}
      </Section>
      <Section title={words.work}>
        <WorkTable health={health} adminRequest={adminRequest} />
      </Section>
      <Section title={words.alerts}>
        <AlertHistory alerts={health.alerts} adminRequest={adminRequest} />
      </Section>
    </>
  );
});
