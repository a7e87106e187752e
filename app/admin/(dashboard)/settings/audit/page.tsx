import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { adminPage } from "../../../admin-page.tsx";
import { auditActor, auditSubject, auditTitle } from "../../audit-words.ts";

const LIMIT = 30;

export default adminPage("audit.read", async ({ container, text, language }, { search }) => {
  const before = /^\d{1,15}$/.test(search.cursor ?? "") ? search.cursor : undefined;
  const rows = await listAudit(container.database.pool, {
    ...(before === undefined ? {} : { before }),
    limit: LIMIT + 1,
  });
  const shown = rows.slice(0, LIMIT);
  const { audit } = text;
  const { time, who, what, subject } = audit.columns;
  return (
    <>
      <Heading title={audit.title} />
      <TableCard
        empty={<EmptyState title={audit.empty} hint="" />}
        caption={audit.title}
        columns={[
          { key: "what", label: what, card: "title" },
          { key: "who", label: who, card: "body" },
          { key: "subject", label: subject, card: "foot" },
          { key: "time", label: time, card: "figure" },
        ]}
        rows={shown.map((entry) => ({
          key: entry.id,
          cells: [
            auditTitle(entry, text),
            auditActor(entry, text),
            <span key="subject" className="text-sm break-all text-soft">
              {auditSubject(entry) || text.none}
            </span>,
            <time key="time" dateTime={entry.at.toISOString()} className="text-sm whitespace-nowrap tabular-nums">
              {fullTime(entry.at, language)}
            </time>,
          ],
        }))}
      />
      <Pager
        words={text}
        first={before === undefined ? null : "/admin/settings/audit"}
        next={rows.length > LIMIT ? `/admin/settings/audit?cursor=${shown.at(-1)?.id}` : null}
      />
    </>
  );
});
