import { TableCard } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { FileLink } from "#components/admin/file-link.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { monthText } from "#components/admin/moments.ts";
import { signedAmount } from "#components/admin/signed-amount.ts";
import { amountText } from "#components/ui/amount.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { netOf } from "#lib/base/takings.ts";
import { readTakings } from "#lib/storage/takings/read-takings.ts";
import { exportsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { lookPage } from "../../look-page.tsx";

const FORMS = [
  ["pdf", "statement.pdf"],
  ["xlsx", "export.xlsx"],
  ["csv", "export.csv"],
] as const;

/** Every month since the first order, the newest first. */
export default lookPage("orders.export", async ({ container, look, language }) => {
  const words = exportsText(language);
  const { list } = words;
  const { takings } = await readTakings(look.pool, {
    ...{ from: new Date(0), to: container.clock.now(), dimension: "all", step: "month" },
  });
  const months = takings.map(({ startsAt, key: _, ...sums }) => ({ month: beijingDay(startsAt).slice(0, 7), sums }));
  return (
    <>
      <Heading title={list.title} />
      <p className="mb-4 px-1 text-sm text-soft">{list.hint}</p>
      <TableCard
        empty={<EmptyState title={list.empty} hint={list.emptyHint} />}
        caption={list.title}
        columns={[
          { key: "month", label: list.month, card: "title" },
          { key: "paid", label: list.paid, align: "end" },
          { key: "refunded", label: list.refunded, align: "end" },
          { key: "net", label: list.net, align: "end", card: "figure" },
          { key: "files", label: list.files, card: "body" },
        ]}
        rows={months.toReversed().map(({ month, sums }) => ({
          key: month,
          cells: [
            <strong key="month">{monthText(month, language)}</strong>,
            amountText(sums.paid),
            amountText(sums.refunded),
            <strong key="net" className="font-semibold whitespace-nowrap tabular-nums">
              {signedAmount(netOf(sums))}
            </strong>,
            <span key="files" className="flex flex-wrap gap-x-5">
              {FORMS.map(([form, file]) => (
                <FileLink
                  key={form}
                  href={`/admin/statements/${month}/${file}`}
                  label={fill(list.of, { month: monthText(month, language), file: words[form] })}
                  className={`${LINK} inline-flex min-h-11 items-center`}
                >
                  {words[form]}
                </FileLink>
              ))}
            </span>,
          ],
        }))}
      />
    </>
  );
});
