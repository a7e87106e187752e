import { isAppError } from "#lib/base/app-error.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";

/** "I have paid" for a page without scripts: asks WeChat, then shows the page again. */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  try {
    await (await openPageContext()).checkNow(orderId);
  } catch (cause) {
    // Silence from WeChat is not a no; the page shows what is known and the question can be asked again.
    if (!isAppError(cause)) throw cause;
  }
  return backToPage(request, orderId, { returned: "1" });
}
