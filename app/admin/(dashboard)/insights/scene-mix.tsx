import { RowBars } from "#components/admin/charts/row-bars.tsx";
import { Section } from "#components/admin/heading.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { addTakings } from "#lib/base/takings.ts";
import { fill, percent } from "#lib/texts/words.ts";
import { ordersAddress } from "../orders/filter.ts";
import { Meaning } from "./funnel-view.tsx";
import type { Insights } from "./read-insights.ts";
import type { InsightsWords } from "./words.ts";

interface SceneMixProps {
  readonly insights: Insights;
  readonly words: InsightsWords;
  readonly nameOf: (scene: string) => string;
}

/** What the takings were for, each with the way to its orders. */
export function SceneMix({ insights, words, nameOf }: SceneMixProps) {
  const { scenes, from, to } = insights;
  const whole = addTakings(scenes).paid;
  if (whole === 0) return null;
  const keys = [...new Set(scenes.map(({ key }) => key))];
  const parts = keys.map((key) => ({ key, ...addTakings(scenes.filter((each) => each.key === key)) }));
  const days = { paidFrom: beijingDay(from), paidTo: beijingDay(to) };
  return (
    <Section title={words.scenes}>
      <Card>
        <RowBars
          label={words.scenes}
          rows={parts
            .filter(({ paid }) => paid > 0)
            .toSorted((one, other) => other.paid - one.paid)
            .map(({ key, paid }) => ({
              key,
              label: nameOf(key),
              value: paid,
              text: amountText(paid),
              note: fill(words.share, { share: percent(paid / whole) }),
              href: ordersAddress({ ...days, scene: key }),
            }))}
        />
        <Meaning>{words.scenesMeaning}</Meaning>
      </Card>
    </Section>
  );
}
