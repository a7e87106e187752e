import { CODE_PAGE_MAX } from "#lib/base/limits.ts";
import { codeTable } from "#lib/exports/index.ts";
import { codesText } from "#lib/texts/admin.ts";
import { exportAnswer, openExport, stampedName } from "../../../../../export-answer.ts";
import { readPromotion } from "../../read-promotion.ts";
import { codeFilterOf } from "../code-filter.ts";

/** All codes of the promotion that the list shows, to print them or to send them out. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ promotionId: string }> },
): Promise<Response> {
  const adminRequest = await openExport("promotions.write");
  if (adminRequest instanceof Response) return adminRequest;
  const { container, language } = adminRequest;
  const { rule } = await readPromotion(adminRequest, (await params).promotionId);
  const { q, state } = codeFilterOf(Object.fromEntries(new URL(request.url).searchParams));
  const { promotionCodes } = container.payments;
  const { total } = await promotionCodes.figures(rule.id);
  return exportAnswer(adminRequest, request, {
    form: "csv",
    fileName: stampedName("codes", container.clock.now()),
    action: "promotion.codes_export",
    subject: rule.id,
    filter: { ...(q === undefined ? {} : { q }), ...(state === undefined ? {} : { state }) },
    rows: total,
    table: codeTable(promotionCodes.pages(rule.id, { q, state, limit: CODE_PAGE_MAX }), codesText(language)),
  });
}
