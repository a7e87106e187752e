import Link from "next/link";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { PromotionForm } from "#components/admin/promotions/promotion-form.tsx";
import { Card } from "#components/ui/card.tsx";
import { promotionsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import { createPromotion } from "../actions.ts";
import { PROMOTION_TYPES } from "../form-values.ts";
import { sampleValues } from "../preview-words.ts";
import { formWords } from "../promotion-words.ts";

const PAGE = "/admin/promotions";

/** First what it gives, then the form of that. */
export default adminPage("promotions.write", async (adminRequest, { search }) => {
  const { language, text } = adminRequest;
  const words = promotionsText(language);
  const type = PROMOTION_TYPES.find((each) => each === search.type);
  const values = type === undefined ? {} : await sampleValues(adminRequest);
  return (
    <>
      <Heading title={type === undefined ? words.make : fill(words.form.newTitle, { kind: words.kinds[type].name })} />
      {type === undefined ? (
        <>
          <p className="mb-4 text-soft">{words.chooseKind}</p>
          <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {PROMOTION_TYPES.map((each) => (
              <li key={each}>
                <Link
                  href={`${PAGE}/new?type=${each}`}
                  prefetch={false}
                  className="flex h-full min-h-20 flex-col justify-center gap-1 rounded-card bg-surface px-5 py-4 lifted"
                >
                  <span className="text-lg font-semibold">{words.kinds[each].name}</span>
                  <span className="text-sm text-soft">{words.kinds[each].example}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <Card className="max-w-3xl px-4 py-5 sm:px-6">
          <PromotionForm
            isNew
            type={type}
            {...formWords(language)}
            action={createPromotion}
            values={values}
            hidden={{ type }}
          />
        </Card>
      )}
      <p className="mt-6">
        <a href={type === undefined ? PAGE : `${PAGE}/new`} className={toneLook("plain")}>
          {text.back}
        </a>
      </p>
    </>
  );
});
