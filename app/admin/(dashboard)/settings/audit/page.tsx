import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { searchAudit } from "#lib/storage/operations/search-audit.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import { auditActor, auditSubject, auditTitle } from "../../audit-words.ts";
import { AUDIT_TOPICS, auditFilterOf } from "./audit-filter.ts";

const LIMIT = 30;

export default adminPage("audit.read", async ({ container, text, language }, { search }) => {
  const before = /^\d{1,15}$/.test(search.cursor ?? "") ? search.cursor : undefined;
  const chosen = auditFilterOf(search);
  const { entries, stopped } = await searchAudit(container.database.pool, {
    ...chosen.filter,
    ...(before === undefined ? {} : { before }),
    limit: LIMIT + 1,
  });
  const shown = entries.slice(0, LIMIT);
  const isNarrowed = Object.keys(chosen.kept).length > 0;
  const { audit } = text;
  const { time, who, what, subject } = audit.columns;
  const address = (more: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams({ ...chosen.kept, ...more }).toString();
    return `/admin/settings/audit${query === "" ? "" : `?${query}`}`;
  };
  return (
    <>
      <Heading title={audit.title} />
      <form method="get" className="mb-5 grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_auto_auto_auto]">
        <Field label={audit.filters.text} name="q" defaultValue={chosen.text ?? ""} maxLength={100} />
        <Select
          label={audit.filters.about}
          name="about"
          defaultValue={chosen.about ?? ""}
          options={[
            { value: "", label: audit.filters.all },
            ...AUDIT_TOPICS.map((value) => ({ value, label: audit.filters.topics[value] })),
          ]}
        />
        <Field label={audit.filters.from} name="from" type="date" defaultValue={chosen.from ?? ""} />
        <Field label={audit.filters.to} name="to" type="date" defaultValue={chosen.to ?? ""} />
        <button type="submit" className={toneLook("plain")}>
          {text.filter}
        </button>
      </form>
      <TableCard
        empty={<EmptyState title={isNarrowed ? audit.noneFound : audit.empty} hint="" />}
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
      {stopped === null ? null : (
        <p role="status" className="mt-4 text-sm text-soft">
          {fill(audit.stopped, { time: fullTime(stopped.at, language) })}
        </p>
      )}
      <Pager
        words={stopped === null ? text : { ...text, more: audit.searchOn }}
        first={before === undefined ? null : address()}
        next={
          stopped !== null
            ? address({ cursor: stopped.id })
            : entries.length > LIMIT
              ? address({ cursor: shown.at(-1)?.id ?? "" })
              : null
        }
      />
    </>
  );
});
