import Link from "next/link";
import { Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { CodeFiguresView } from "#components/admin/promotions/code-figures.tsx";
import { Card } from "#components/ui/card.tsx";
import { codesText } from "#lib/texts/admin.ts";
import type { PromotionProps } from "../promotion-card.tsx";

/** How far the promotion's codes are used, and the way to them. Also of one that needed codes once. */
export async function CodeSection({ promotion: { rule }, adminRequest: { container, language } }: PromotionProps) {
  const figures = await container.payments.promotionCodes.figures(rule.id);
  const hasOwn = rule.code !== undefined;
  if (rule.needsCode !== true && figures.total === 0 && !hasOwn) return null;
  const words = codesText(language);
  return (
    <Section title={words.title}>
      <Card className="flex flex-col gap-4 px-4 py-4 sm:px-5">
        {hasOwn ? <p className="font-mono [overflow-wrap:anywhere]">{rule.code}</p> : null}
        {hasOwn && figures.total === 0 ? null : <CodeFiguresView figures={figures} words={words} />}
        <p className="flex flex-wrap gap-3">
          {hasOwn && figures.total === 0 ? null : (
            <Link
              href={`/admin/promotions/${rule.id}/codes`}
              prefetch={false}
              className={`${toneLook("plain")} max-sm:w-full`}
            >
              {words.open}
            </Link>
          )}
          <Link
            href={`/admin/promotions/${rule.id}/codes/qr`}
            prefetch={false}
            className={`${toneLook("plain")} max-sm:w-full`}
          >
            {words.qr.title}
          </Link>
        </p>
      </Card>
    </Section>
  );
}
