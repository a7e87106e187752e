import Link from "next/link";
import { type Column, DataTable, type Row } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Select } from "#components/admin/field.tsx";
import { FileLink } from "#components/admin/file-link.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { fullTime, shortTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { DateRangePicker } from "#components/controls/date-picker.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { type ListedCashier, listCashiers } from "#lib/storage/tills/cashiers.ts";
import { type ListedStore, listStores } from "#lib/storage/tills/places.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { ShiftHead } from "#lib/tills/index.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { netFenOf, signedAmount } from "../../shift-account-view.tsx";
import { actorName } from "../audit-words.ts";
import { readShiftSearch, type ShiftSearch, shiftFilterOf, shiftsAddress, tillOptions } from "./shift-filter.ts";

const LIMIT = 30;

/** What tills took, shift by shift. */
export default adminPage("stores.read", async (adminRequest, { search: address }) => {
  const { container, language, text } = adminRequest;
  const words = tillsText(language).shifts;
  const search = readShiftSearch(address);
  const { pool } = container.database;
  const [{ data, nextCursor }, open, stores, cashiers] = await Promise.all([
    container.shifts.list(shiftFilterOf(search, LIMIT)),
    container.shifts.listOpen(),
    listStores(pool),
    listCashiers(pool),
  ]);
  const narrowed = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <Heading title={words.title}>
        {data.length === 0 ? null : (
          <FileLink
            href={shiftsAddress({ ...search, cursor: undefined }, "/admin/shifts/export.csv")}
            label={words.csv}
            className={toneLook("plain")}
          >
            {words.csv}
          </FileLink>
        )}
      </Heading>
      <Filters adminRequest={adminRequest} search={search} choices={{ stores, cashiers }} />
      {open.length === 0 || narrowed ? null : <OpenShifts shifts={open} adminRequest={adminRequest} />}
      <Card className="mt-4 overflow-hidden">
        {data.length === 0 ? (
          <EmptyState title={narrowed ? words.nothing : words.empty} hint={words.emptyHint}>
            {narrowed ? (
              <Link href="/admin/shifts" className={`${LINK} py-2.5`}>
                {text.clear}
              </Link>
            ) : null}
          </EmptyState>
        ) : (
          <DataTable
            caption={words.title}
            columns={columnsOf(words)}
            rows={data.map((shift) => rowOf(shift, adminRequest))}
          />
        )}
      </Card>
      <Pager
        words={text}
        first={search.cursor === undefined ? null : shiftsAddress({ ...search, cursor: undefined })}
        next={nextCursor === null ? null : shiftsAddress({ ...search, cursor: nextCursor })}
      />
    </>
  );
});

type ShiftsWords = ReturnType<typeof tillsText>["shifts"];

const columnsOf = ({ columns }: ShiftsWords): readonly Column[] => [
  { key: "where", label: columns.where, card: "title" },
  { key: "who", label: columns.who, card: "body" },
  { key: "time", label: columns.time, card: "foot" },
  { key: "payments", label: columns.payments, align: "end" },
  { key: "refunds", label: columns.refunds, align: "end" },
  { key: "net", label: columns.net, align: "end", card: "figure" },
  { key: "state", label: columns.state, card: "state" },
];

function rowOf(shift: ShiftHead, { language, text }: AdminRequest): Row {
  const words = tillsText(language);
  const { sums, received } = shift;
  const figure = (count: number, sumFen: number) => `${amountText(sumFen)} · ${fill(words.shift.count, { count })}`;
  return {
    key: shift.id,
    href: `/admin/shifts/${shift.id}`,
    cells: [
      `${shift.store.name} · ${shift.till.name} · ${fill(words.shift.title, { number: shift.number })}`,
      shift.closedBy === null ? "" : actorName(shift.closedBy, text),
      shift.closedAt === null ? "" : fullTime(shift.closedAt, language),
      figure(sums.payments.count, sums.payments.sumFen),
      figure(sums.refunds.count, sums.refunds.sumFen),
      signedAmount(netFenOf(sums)),
      received === null ? (
        <Badge key="state" tone="warn">
          {words.shifts.notReceived}
        </Badge>
      ) : (
        actorName(received.by, text)
      ),
    ],
  };
}

function OpenShifts({ shifts, adminRequest: { language, text } }: { shifts: ShiftHead[]; adminRequest: AdminRequest }) {
  const words = tillsText(language);
  return (
    <Section title={words.shifts.openNow}>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {shifts.map((shift) => (
          <li key={shift.id}>
            <Card className="relative px-4 py-4 hover:bg-sunken">
              <Link
                href={`/admin/shifts/${shift.id}`}
                prefetch={false}
                className="font-medium text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
              >
                {shift.store.name} · {shift.till.name}
              </Link>
              <p className="mt-1 text-2xl font-semibold tabular-nums">{signedAmount(netFenOf(shift.sums))}</p>
              <p className="text-sm text-soft">
                {fill(words.shift.title, { number: shift.number })} · {shortTime(shift.openedAt, language)} ·{" "}
                {actorName(shift.openedBy, text)}
              </p>
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface FiltersProps {
  readonly adminRequest: AdminRequest;
  readonly search: ShiftSearch;
  readonly choices: { readonly stores: readonly ListedStore[]; readonly cashiers: readonly ListedCashier[] };
}

function Filters({ adminRequest: { text, language, container }, search, choices }: FiltersProps) {
  const words = tillsText(language).shifts;
  const any = { value: "", label: words.any };
  return (
    <Card className="px-4 py-4 sm:px-5">
      <form
        action="/admin/shifts"
        className="grid grid-cols-2 gap-3 lg:grid-cols-[1fr_1fr_1fr_1.4fr_auto] lg:items-end"
      >
        <Select
          label={words.store}
          name="store"
          defaultValue={search.store ?? ""}
          options={[any, ...choices.stores.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <Select
          label={words.till}
          name="till"
          defaultValue={search.till ?? ""}
          options={[any, ...tillOptions(choices.stores)]}
        />
        <div className="max-lg:col-span-2">
          <Select
            label={words.cashier}
            name="cashier"
            defaultValue={search.cashier ?? ""}
            options={[any, ...choices.cashiers.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        </div>
        <div className="max-lg:col-span-2">
          <DateRangePicker
            key={`${search.from} ${search.to}`}
            label={words.columns.time}
            names={{ from: "from", to: "to" }}
            defaultValue={{ from: search.from, to: search.to }}
            today={beijingDay(container.clock.now())}
            sends
          />
        </div>
        <button type="submit" className={`${toneLook("primary")} max-lg:col-span-2`}>
          {text.filter}
        </button>
      </form>
    </Card>
  );
}
