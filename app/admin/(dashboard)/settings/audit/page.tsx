import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { FilterFold } from "#components/admin/filter-fold.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { searchAudit } from "#lib/storage/operations/search-audit.ts";
import { listsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { auditActor, auditSubject, auditTitle } from "../../audit-words.ts";
import { AUDIT_TOPICS, auditFilterOf } from "./audit-filter.ts";

const LIMIT = 30;

export default adminPage("audit.read", async (adminRequest, { search }) => {
  const { container, text, language } = adminRequest;
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
      <FilterForm adminRequest={adminRequest} chosen={chosen} isOpen={search.conditions === "open"} address={address} />
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

interface FilterFormProps {
  readonly adminRequest: AdminRequest;
  readonly chosen: ReturnType<typeof auditFilterOf>;
  readonly isOpen: boolean;
  readonly address: (more: Readonly<Record<string, string>>) => string;
}

function FilterForm({ adminRequest, chosen, isOpen, address }: FilterFormProps) {
  const { text, language, container } = adminRequest;
  const { filters } = text.audit;
  const { conditions, conditionsHide } = listsText(language);
  const { about, from, to } = chosen;
  return (
    <Card className="mb-5 px-4 py-4 sm:px-5">
      <form action="/admin/settings/audit">
        <FilterFold
          words={{ show: conditions, hide: conditionsHide }}
          count={[about, from ?? to].filter((value) => value !== undefined).length}
          openHref={address({ conditions: "open" })}
          isOpen={isOpen}
          search={
            <Field label={filters.text} name="q" type="search" defaultValue={chosen.text ?? ""} maxLength={100} />
          }
          submit={
            <button type="submit" className={toneLook("primary")}>
              {text.filter}
            </button>
          }
        >
          <Select
            label={filters.about}
            name="about"
            defaultValue={about ?? ""}
            options={[
              { value: "", label: filters.all },
              ...AUDIT_TOPICS.map((value) => ({ value, label: filters.topics[value] })),
            ]}
          />
          <DateRangePicker
            key={`${from} ${to}`}
            label={text.audit.columns.time}
            names={{ from: "from", to: "to" }}
            defaultValue={{ from, to }}
            today={beijingDay(container.clock.now())}
            sends
          />
        </FilterFold>
      </form>
    </Card>
  );
}
