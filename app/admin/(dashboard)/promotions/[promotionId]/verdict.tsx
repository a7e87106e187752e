import { Facts, Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { type OfferVerdict, offerVerdict } from "#lib/intelligence/index.ts";
import { readOfferTrials } from "#lib/storage/learner/offer-trials.ts";
import { type PromotionsText, promotionsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { PromotionProps } from "../promotion-card.tsx";

/** Whether it works, as its hold-out says; without one nothing is claimed. */
export async function Verdict({ promotion: { rule }, adminRequest }: PromotionProps) {
  const { container, language } = adminRequest;
  const { verdict: words } = promotionsText(language);
  if (rule.optional !== true) {
    return (
      <Section title={words.title}>
        <Card>
          <p className="max-w-prose px-5 py-5 text-soft">{words.noHoldout}</p>
        </Card>
      </Section>
    );
  }
  const verdict = offerVerdict(await readOfferTrials(container.database.pool, rule.id));
  const { figures } = verdict;
  return (
    <Section title={words.title}>
      <Card data-testid="verdict">
        <div className="flex flex-wrap items-center gap-3 px-4 pt-4 sm:px-5">
          <Badge tone={TONES[verdict.advice]}>{words.advice[verdict.advice]}</Badge>
          <p className="min-w-0 font-medium">{sentenceOf(verdict, words)}</p>
        </div>
        <Facts
          facts={[
            { label: words.offered, value: fill(words.orders, { count: figures.treated }) },
            { label: words.heldOut, value: fill(words.orders, { count: figures.control }), explain: words.heldOutHint },
            figures.perShopper === null
              ? null
              : { label: words.perShopper, value: spanOf(figures.perShopper, words), explain: words.perShopperHint },
          ]}
        />
        {adminRequest.may("config.read") ? (
          <p className="px-4 pb-4 sm:px-5">
            <a href="/admin/settings/learner" className={`${LINK} inline-flex min-h-11 items-center`}>
              {words.settings}
            </a>
          </p>
        ) : null}
      </Card>
    </Section>
  );
}

const TONES = { keep: "brand", stop: "warn", wait: "plain" } as const;
type VerdictWords = PromotionsText["verdict"];

function sentenceOf({ advice, because, moreOrders, figures }: OfferVerdict, words: VerdictWords): string {
  if (figures.decisions === 0) return words.waitFirst;
  if (advice === "keep") return words.keep;
  if (advice === "stop") return words.stop[because ?? "no_difference"];
  return moreOrders === null ? words.waitLong : fill(words.wait, { count: moreOrders.toLocaleString("en-US") });
}

const signed = (amount: number): string => `${amount < 0 ? "−" : "+"}${amountText(Math.abs(Math.round(amount)))}`;
const spanOf = ({ value, low, high }: { value: number; low: number; high: number }, words: VerdictWords): string =>
  fill(words.span, { value: signed(value), low: signed(low), high: signed(high) });
