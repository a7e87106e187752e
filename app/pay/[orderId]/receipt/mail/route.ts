import { isAppError } from "#lib/base/app-error.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { withForm } from "#lib/http/read-request.ts";
import { backToReceipt, type PayRouteContext } from "../../../back-to-page.ts";
import { openPageContext } from "../../../context.ts";
import { readPayPageRequest } from "../../../page-request.ts";

const ADDRESS_CHARS_READ = 300;

/** Has the receipt of this order sent by e-mail. A plain form, which comes back to the receipt with the answer. */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  return withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const context = await openPageContext();
    const search = Object.fromEntries(new URL(request.url).searchParams);
    const { language } = readPayPageRequest(search, context, request.headers);
    const address = String(form.get("address") ?? "").slice(0, ADDRESS_CHARS_READ);
    const answer = await context
      .mailReceipt(request.headers, { orderId, address, language })
      .catch((cause: unknown) => {
        if (!isAppError(cause)) throw cause;
        return cause.code === "rate_limited" ? "too_often" : "failed";
      });
    return backToReceipt(request, orderId, { mail: answer });
  });
}
