import { Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { PROMOTIONS_ACTIVE_MAX, PROMOTIONS_STACKED_MAX } from "#lib/base/limits.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import { conflictsOf, promotionStage } from "#lib/payment/index.ts";
import { promotionsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { PromotionProps } from "../promotion-card.tsx";
import { nameOf } from "../promotion-words.ts";

/** A sentence in which the other promotion's name leads to it. */
function Linked({ template, id, name }: { template: string; id: string; name: string }) {
  const [before = "", after = ""] = template.split("{name}");
  return (
    <>
      {before}
      <a href={`/admin/promotions/${id}`} className={`${LINK} -my-3 inline-block py-3`}>
        {name}
      </a>
      {after}
    </>
  );
}

/** Which promotions exclude this one or are excluded by it, and which of two is never had. */
export async function Conflicts({ promotion, adminRequest }: PromotionProps) {
  const { container, language } = adminRequest;
  const { conflicts: words } = promotionsText(language);
  const { rule } = promotion;
  const now = container.clock.now();
  const inUse = await container.payments.promotions.stored({
    statuses: ["active", "paused"],
    limit: PROMOTIONS_ACTIVE_MAX,
  });
  // The demo's promotions are for its own shop.
  const others = inUse.filter(
    (other) =>
      promotionStage(other, now).stage !== "ended" && (other.rule.code === DEMO_CODE) === (rule.code === DEMO_CODE),
  );
  const names = new Map(others.map((other) => [other.rule.id, nameOf(other.rule, language)]));
  const found = conflictsOf(
    rule,
    others.map((other) => other.rule),
  );
  return (
    <Section title={words.title}>
      <Card className="px-4 py-4 sm:px-5" data-testid="conflicts">
        {found.length === 0 ? (
          <p className="max-w-prose text-soft">{fill(words.none, { max: PROMOTIONS_STACKED_MAX })}</p>
        ) : (
          <ul className="flex flex-col gap-3">
            {found.map(({ id, kind, shadowed }) => {
              const name = names.get(id) ?? id;
              return (
                <li key={id} className="max-w-prose">
                  <Linked template={fill(words.kinds[kind], { group: rule.group ?? "" })} id={id} name={name} />
                  {shadowed === null ? null : (
                    <span className="block font-medium text-warn-ink">{fill(words.shadowed[shadowed], { name })}</span>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Card>
    </Section>
  );
}
