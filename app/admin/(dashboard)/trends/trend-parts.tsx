import { RowBars } from "#components/admin/charts/row-bars.tsx";
import { ExplainedFigure } from "#components/admin/explained-figure.tsx";
import { Section } from "#components/admin/heading.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill, percent } from "#lib/texts/words.ts";
import { changeText, measured, measureHref, measureText } from "./measures.ts";
import type { TrendPart, Trends } from "./read-trends.ts";
import type { TrendMeasure, TrendQuery } from "./trend-query.ts";

const FIGURES: readonly TrendMeasure[] = ["paid", "net", "orders", "success", "given", "discount"];

/** The stretch in figures, each compared with the stretch before it. */
export function TrendFigures({ query, trends, text }: { query: TrendQuery; trends: Trends; text: AdminText }) {
  const words = text.trends;
  const { sums, before } = trends.whole;
  const notes: Partial<Record<TrendMeasure, string>> = {
    ...(sums.payments === 0
      ? {}
      : {
          paid: `${words.measures.payments} ${sums.payments} · ${fill(words.average, { amount: amountText(Math.round(sums.paid / sums.payments)) })}`,
        }),
    success: fill(words.ofOrders, { decided: sums.ordersPaid + sums.ordersClosed, paid: sums.ordersPaid }),
  };
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-3">
      {FIGURES.map((measure) => {
        const [value, old] = [measured(measure, sums), measured(measure, before)];
        const href = measureHref(measure, { first: query.from, last: query.to, split: null, key: "" });
        return (
          <ExplainedFigure
            key={measure}
            label={words.measures[measure]}
            value={measureText(measure, value)}
            note={notes[measure]}
            change={changeText(measure, [value, old], words)}
            explain={{ label: text.home.explain, text: words.explains[measure] }}
            {...(href === undefined ? {} : { href })}
          />
        );
      })}
    </div>
  );
}

interface TrendPartsProps {
  readonly query: TrendQuery;
  readonly trends: Trends;
  readonly text: AdminText;
  readonly nameOf: (key: string) => string;
}

/** The parts, the greatest first, each with its share, how it changed, and the way to its orders. */
export function TrendParts({ query, trends, text, nameOf }: TrendPartsProps) {
  const words = text.trends;
  const { measure, split, from, to } = query;
  if (split === null || trends.parts.length === 0) return null;
  const whole = measured(measure, trends.whole.sums) ?? 0;
  const noteOf = ({ sums, before }: TrendPart) => {
    const [value, old] = [measured(measure, sums), measured(measure, before)];
    const change = changeText(measure, [value, old], words);
    if (measure === "success" || measure === "net" || whole <= 0) return change;
    return fill(words.partsNote, { share: percent((value ?? 0) / whole), change });
  };
  return (
    <Section title={`${words.parts} · ${text.orders.splits[split]}`}>
      <Card>
        <RowBars
          label={words.parts}
          {...(measure === "success" ? { full: 1 } : {})}
          rows={trends.parts.map((part) => {
            const value = measured(measure, part.sums);
            return {
              key: part.key === "" ? "-" : part.key,
              label: nameOf(part.key),
              value: Math.max(0, value ?? 0),
              text: measureText(measure, value),
              note: noteOf(part),
              href: measureHref(measure, { first: from, last: to, split, key: part.key }),
            };
          })}
        />
        {split === "offer" ? <p className="px-4 pb-4 text-sm text-soft sm:px-5">{words.overlap}</p> : null}
      </Card>
    </Section>
  );
}
