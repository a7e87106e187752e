import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
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
          <Curves health={health} adminRequest={adminRequest} />
        ) : (
          <Card>
            <EmptyState title={words.none} hint={words.noneHint} />
          </Card>
        )}
        {health.reasons.length === 0 ? null : (
          <p className="mt-4 text-sm text-soft [overflow-wrap:anywhere]">
            {words.reasons}:{" "}
            {health.reasons.map((each) => fill(words.reasonLine, { ...each })).join(adminRequest.text.listComma)}
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
