import type { ReactNode } from "react";
import { RowBars } from "#components/admin/charts/row-bars.tsx";
import { Section } from "#components/admin/heading.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { type Cell, type FunnelRow, secondsOf } from "#lib/intelligence/index.ts";
import { fill, percent } from "#lib/texts/words.ts";
import { certaintyOf, countText, durationText, type InsightsWords } from "./words.ts";

interface FunnelViewProps {
  readonly row: FunnelRow;
  readonly words: InsightsWords;
}

/** What a picture means and what to do about it; stands under it. */
export const Meaning = ({ children }: { children: ReactNode }) => (
  <p className="px-4 pb-4 text-sm text-soft sm:px-5">{children}</p>
);

/** All of it in one sentence. */
export function Headline({ row, words }: FunnelViewProps) {
  const { viewed, paid, paidOfViewed, reasons } = row;
  const worst = reasons.toSorted((one, other) => other.lost - one.lost)[0];
  const lost =
    worst === undefined
      ? words.headlineFine
      : fill(words.headlineLost, { reason: words.names[worst.reason], amount: amountText(worst.lost) });
  return (
    <p className="mb-4 text-lg">
      {fill(words.headline, {
        viewed: countText(viewed ?? 0),
        paid: countText(paid ?? 0),
        share: percent(paidOfViewed?.share ?? 0),
      })}{" "}
      {lost}
    </p>
  );
}

/** Viewed → tapped → paid, as bars of falling length. */
export function Funnel({ row, words }: FunnelViewProps) {
  const { viewed, tapped, paid, tappedOfViewed, paidOfViewed, paidOfTapped } = row;
  const steps = [
    { key: "viewed", label: words.viewed, value: viewed ?? 0, share: null, href: "/admin/orders?view=all" },
    { key: "tapped", label: words.tapped, value: tapped ?? 0, share: tappedOfViewed, href: undefined },
    { key: "paid", label: words.paid, value: paid ?? 0, share: paidOfViewed, href: "/admin/orders?status=paid" },
  ];
  const [lostBefore, lostAfter] = [1 - (tappedOfViewed?.share ?? 1), 1 - (paidOfTapped?.share ?? 1)];
  const advice = lostBefore + lostAfter < 0.02 ? "" : lostBefore > lostAfter ? words.funnelTap : words.funnelPay;
  return (
    <Section title={words.funnel}>
      <Card data-testid="funnel">
        <RowBars
          label={words.funnel}
          rows={steps.map(({ share, value, ...step }) => ({
            ...step,
            value,
            text: fill(words.people, { count: countText(value) }),
            note: share === null ? undefined : fill(words.ofViewed, { share: percent(share.share) }),
            strong: step.key === "paid",
          }))}
        />
        <Meaning>
          {paidOfViewed === null ? null : certaintyOf(paidOfViewed, words)} {advice}
        </Meaning>
      </Card>
    </Section>
  );
}

const BIN_ENDS = [5, 10, 20, 40, 90, 300] as const;

/** How long paying took, in bins that people can tell apart. */
export function PayTimes({ row, words, paySeconds }: FunnelViewProps & { paySeconds: Cell["paySeconds"] }) {
  const { payP50S, payP90S } = row;
  const bins = words.timeBins.map(() => 0);
  for (const [bucket, orders] of Object.entries(paySeconds)) {
    const seconds = secondsOf(Number(bucket));
    const place = BIN_ENDS.findIndex((end) => seconds <= end);
    const at = place === -1 ? BIN_ENDS.length : place;
    bins[at] = (bins[at] ?? 0) + orders;
  }
  return (
    <Section title={words.time}>
      <Card>
        {payP50S === null || payP90S === null ? (
          <p className="px-5 py-6 text-soft">{words.timeFew}</p>
        ) : (
          <>
            <RowBars
              label={words.time}
              rows={bins.map((orders, at) => ({
                key: String(at),
                label: words.timeBins[at] ?? "",
                value: orders,
                text: fill(words.people, { count: countText(orders) }),
              }))}
            />
            <Meaning>
              {fill(words.timeMeaning, { p50: durationText(payP50S, words), p90: durationText(payP90S, words) })}{" "}
              {payP90S > 60 ? words.timeSlow : words.timeGood}
            </Meaning>
          </>
        )}
      </Card>
    </Section>
  );
}

/** Orders that were not paid, by reason, the dearest first, each with what to do. */
export function Reasons({ row, words, span }: FunnelViewProps & { span: { from: Date; to: Date } }) {
  const href = `/admin/orders?status=closed&from=${beijingDay(span.from)}&to=${beijingDay(span.to)}`;
  const reasons = row.reasons.toSorted((one, other) => other.lost - one.lost);
  const named = [...new Set(reasons.map(({ reason }) => reason))];
  return (
    <Section title={words.reasons}>
      <Card>
        {reasons.length === 0 ? (
          <p className="px-5 py-6 text-soft">{words.reasonsNone}</p>
        ) : (
          <>
            <RowBars
              label={words.reasons}
              rows={reasons.map(({ reason, code, orders, lost }) => ({
                key: `${reason}:${code}`,
                label: code === null ? words.names[reason] : `${words.names[reason]} ${code}`,
                value: lost,
                text: amountText(lost),
                note: fill(words.reasonOrders, { count: countText(orders) }),
                href,
              }))}
            />
            <ul className="flex list-disc flex-col gap-1 px-4 pb-4 pl-9 text-sm text-soft sm:px-5 sm:pl-10">
              {named.map((reason) => (
                <li key={reason}>
                  <span className="text-ink">{words.names[reason]}</span>: {words.advice[reason]}
                </li>
              ))}
            </ul>
          </>
        )}
      </Card>
    </Section>
  );
}

export function Ways({ rows, words }: { rows: readonly FunnelRow[]; words: InsightsWords }) {
  if (rows.length === 0) return null;
  return (
    <Section title={words.ways}>
      <Card>
        <RowBars
          label={words.ways}
          full={1}
          rows={rows.map(({ channel = "", hidden, viewed, paid, paidOfViewed }) => ({
            key: channel,
            label: words.wayNames[channel] ?? channel,
            value: paidOfViewed?.share ?? 0,
            text: paidOfViewed === null ? "—" : percent(paidOfViewed.share),
            note: hidden
              ? words.few
              : fill(words.wayNote, { viewed: countText(viewed ?? 0), paid: countText(paid ?? 0) }),
          }))}
        />
        <Meaning>{words.waysMeaning}</Meaning>
      </Card>
    </Section>
  );
}
