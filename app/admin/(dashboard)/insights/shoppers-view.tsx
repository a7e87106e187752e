import { RowBars } from "#components/admin/charts/row-bars.tsx";
import { Facts, Section } from "#components/admin/heading.tsx";
import { monthText } from "#components/admin/moments.ts";
import { signedAmount } from "#components/admin/signed-amount.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Cohort, Rfm, Uplift } from "#lib/intelligence/index.ts";
import { fill, percent } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { Meaning } from "./funnel-view.tsx";
import { countText, type InsightsWords } from "./words.ts";

const Quiet = ({ children }: { children: string }) => (
  <Card>
    <p className="px-5 py-6 text-soft">{children}</p>
  </Card>
);

const signed = (amount: number): string => `${amount < 0 ? "" : "+"}${signedAmount(Math.round(amount))}`;

/** Without a control group no uplift is claimed. */
export function Offers({ result, words }: { result: Uplift; words: InsightsWords }) {
  const { perShopper, verdict, segments } = result;
  if (perShopper === null) {
    return (
      <Section title={words.offers}>
        <Quiet>{words.noControl}</Quiet>
      </Section>
    );
  }
  const { value, low, high } = perShopper;
  const given = segments.reduce((sum, { cost }) => sum + cost, 0);
  return (
    <Section title={words.offers}>
      <Card>
        <p className="px-4 pt-5 font-medium sm:px-5">{words.verdicts[verdict]}</p>
        <Facts
          facts={[
            {
              label: words.perShopper,
              value: fill(words.perShopperSpan, { value: signed(value), low: signed(low), high: signed(high) }),
            },
            { label: words.cost, value: amountText(given) },
          ]}
        />
      </Card>
    </Section>
  );
}

/** Who the shoppers are, each group with what to do for it. */
export function Segments({ segments, words }: { segments: Rfm["segments"]; words: InsightsWords }) {
  const known = segments.filter(({ shoppers }) => shoppers !== 0);
  if (known.every(({ shoppers }) => shoppers === null)) {
    return (
      <Section title={words.segments}>
        <Quiet>{words.segmentsNone}</Quiet>
      </Section>
    );
  }
  return (
    <Section title={words.segments}>
      <Card>
        <RowBars
          label={words.segments}
          rows={known.map(({ name, shoppers, money, recencyDays }) => ({
            key: name,
            label: words.segmentNames[name],
            value: shoppers ?? 0,
            text: shoppers === null ? words.few : fill(words.people, { count: countText(shoppers) }),
            note:
              money === null
                ? undefined
                : fill(words.segmentNote, { money: amountText(money), days: recencyDays ?? "—" }),
          }))}
        />
        <ul className="flex list-disc flex-col gap-1 px-4 pb-3 pl-9 text-sm text-soft sm:px-5 sm:pl-10">
          {known.map(({ name }) => (
            <li key={name}>
              <span className="text-ink">{words.segmentNames[name]}</span>: {words.segmentAdvice[name]}
            </li>
          ))}
        </ul>
        <Meaning>{words.segmentsMeaning}</Meaning>
      </Card>
    </Section>
  );
}

const MONTHS_SHOWN = 6;

interface CohortsProps {
  readonly cohorts: readonly Cohort[];
  readonly words: InsightsWords;
  readonly language: AdminRequest["language"];
}

/** Of who came first in a month, how many came back in the months after. */
export function Cohorts({ cohorts, words, language }: CohortsProps) {
  const shown = cohorts.filter(({ shoppers }) => shoppers !== null).slice(-MONTHS_SHOWN);
  if (shown.length < 2) return null;
  const months = Array.from({ length: MONTHS_SHOWN - 1 }, (_, at) => at + 1);
  return (
    <Section title={words.cohorts}>
      <Card className="pt-4">
        <div className="overflow-x-auto px-4 sm:px-5">
          <table className="w-full border-separate border-spacing-0.5 text-center text-sm tabular-nums">
            <caption className="sr-only">{words.cohorts}</caption>
            <thead>
              <tr className="text-xs text-soft">
                <th scope="col" className="text-left font-medium">
                  {words.cohortMonth}
                </th>
                <th scope="col" className="font-medium">
                  {words.cohortSize}
                </th>
                {months.map((count) => (
                  <th key={count} scope="col" className="font-medium">
                    <span className="sr-only">{fill(words.cohortSince, { count })}</span>
                    <span aria-hidden="true">+{count}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ month, shoppers, cells }) => (
                <tr key={month}>
                  <th scope="row" className="py-1.5 text-left font-normal whitespace-nowrap">
                    {monthText(month, language)}
                  </th>
                  <td>{shoppers}</td>
                  {months.map((since) => {
                    const cell = cells.find((each) => each.since === since);
                    return (
                      <td
                        key={since}
                        className="relative rounded-sm bg-sunken"
                        title={cell?.few === true ? words.cohortFew : undefined}
                      >
                        {cell === undefined ? null : (
                          <>
                            <span
                              aria-hidden="true"
                              className="absolute inset-0 rounded-sm bg-action"
                              style={{ opacity: Math.round(cell.share * 45) / 100 }}
                            />
                            <span className="relative">{percent(Math.round(cell.share * 100) / 100)}</span>
                          </>
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="pt-3">
          <Meaning>{words.cohortsMeaning}</Meaning>
        </div>
      </Card>
    </Section>
  );
}
