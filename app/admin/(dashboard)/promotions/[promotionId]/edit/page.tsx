import { redirect } from "next/navigation";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { PromotionForm } from "#components/admin/promotions/promotion-form.tsx";
import { Card } from "#components/ui/card.tsx";
import { promotionsText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../../admin-page.tsx";
import { changePromotion } from "../../actions.ts";
import { formValuesOf } from "../../form-values.ts";
import { sampleValues } from "../../preview-words.ts";
import { formWords } from "../../promotion-words.ts";
import { readPromotion } from "../read-promotion.ts";

export default adminPage("promotions.write", async (adminRequest, { params }) => {
  const { language, text } = adminRequest;
  const promotion = await readPromotion(adminRequest, params.promotionId);
  const { id, type, version } = promotion.rule;
  if (promotion.status === "archived") redirect(`/admin/promotions/${id}`);
  const words = promotionsText(language);
  return (
    <>
      <Heading title={words.form.editTitle} />
      <Card className="max-w-3xl px-4 py-5 sm:px-6">
        <PromotionForm
          isNew={false}
          type={type}
          {...formWords(language)}
          action={changePromotion}
          values={{ ...(await sampleValues(adminRequest)), ...formValuesOf(promotion) }}
          hidden={{ type, promotionId: id, version: String(version) }}
        />
      </Card>
      <p className="mt-6">
        <a href={`/admin/promotions/${id}`} className={toneLook("plain")}>
          {text.back}
        </a>
      </p>
    </>
  );
});
