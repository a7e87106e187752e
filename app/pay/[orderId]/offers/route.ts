import { isAppError } from "#lib/base/app-error.ts";
import { OPTIONAL_OFFERS_MAX } from "#lib/base/limits.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { withForm } from "#lib/http/read-request.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";

/** The optional offers that the shopper wants: a plain form, after which the page shows the price that comes of it. */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  return withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const wanted = String(form.get("offers") ?? "");
    const offers = wanted === "" ? [] : wanted.split(",").slice(0, OPTIONAL_OFFERS_MAX);
    try {
      await (await openPageContext()).payments.chooseOffers({ orderId, offers });
    } catch (cause) {
      // Paid meanwhile, run out, or WeChat is silent about the old trade: the page shows what is.
      if (!isAppError(cause)) throw cause;
    }
    return backToPage(request, orderId, {});
  });
}
