import { DataTable } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { FigureCard } from "#components/admin/figure-card.tsx";
import { Section } from "#components/admin/heading.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { FunnelRow, Share } from "#lib/intelligence/index.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const seconds = (time: number | null): string =>
  time === null ? "—" : time < 120 ? `${time} s` : `${Math.round(time / 60)} min`;

/** Viewed → tapped → paid. */
export function Steps({ row, words }: { row: FunnelRow; words: AdminText["insights"] }) {
  return (
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      <FigureCard label={words.viewed} value={String(row.viewed)} href="/admin/orders" />
      <FigureCard label={words.tapped} value={String(row.tapped)} {...noteOf(row.tappedOfViewed, words)} />
      <FigureCard
        label={words.paid}
        value={String(row.paid)}
        href="/admin/orders?status=paid"
        {...noteOf(row.paidOfViewed, words)}
      />
      <FigureCard
        label={words.time}
        value={seconds(row.payP50S)}
        {...(row.payP90S === null ? {} : { note: fill(words.timeNote, { p90: seconds(row.payP90S) }) })}
      />
    </div>
  );
}

function noteOf(share: Share | null, words: AdminText["insights"]): { note?: string } {
  if (share === null) return {};
  const parts = { share: percent(share.share), low: percent(share.low), high: percent(share.high) };
  return { note: fill(words.of, parts) };
}

/** Orders that were not paid, by reason. Each row links to the closed orders of the period. */
export function Reasons({
  row,
  words,
  span,
}: {
  row: FunnelRow;
  words: AdminText["insights"];
  span: { from: Date; to: Date };
}) {
  const href = `/admin/orders?status=closed&from=${beijingDay(span.from)}&to=${beijingDay(span.to)}`;
  return (
    <Section title={words.reasons}>
      <Card className="overflow-hidden">
        {row.reasons.length === 0 ? (
          <p className="px-5 py-6 text-soft">{words.reasonsNone}</p>
        ) : (
          <DataTable
            caption={words.reasons}
            columns={[
              { key: "reason", label: words.reason, card: "title" },
              { key: "orders", label: words.orders, align: "end", card: "foot" },
              { key: "lost", label: words.lost, align: "end", card: "figure" },
            ]}
            rows={row.reasons.map(({ reason, code, orders, lost }) => ({
              key: `${reason}:${code}`,
              href,
              cells: [
                code === null ? words.names[reason] : `${words.names[reason]} ${code}`,
                String(orders),
                amountText(lost),
              ],
            }))}
          />
        )}
      </Card>
    </Section>
  );
}

export function Ways({ rows, words }: { rows: readonly FunnelRow[]; words: AdminText["insights"] }) {
  if (rows.length === 0) return <EmptyState title={words.empty} hint={words.emptyHint} />;
  return (
    <Section title={words.ways}>
      <Card className="overflow-hidden">
        <DataTable
          caption={words.ways}
          columns={[
            { key: "way", label: words.way, card: "title" },
            { key: "viewed", label: words.viewed, align: "end" },
            { key: "paid", label: words.paid, align: "end" },
            { key: "rate", label: words.rate, align: "end", card: "figure" },
          ]}
          rows={rows.map(({ channel = "", hidden, viewed, paid, paidOfViewed }) => ({
            key: channel,
            cells: [
              words.wayNames[channel] ?? channel,
              hidden ? words.few : String(viewed),
              hidden ? "—" : String(paid),
              paidOfViewed === null
                ? "—"
                : `${percent(paidOfViewed.share)} (${percent(paidOfViewed.low)}–${percent(paidOfViewed.high)})`,
            ],
          }))}
        />
      </Card>
    </Section>
  );
}
