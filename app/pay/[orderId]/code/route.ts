import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { withForm } from "#lib/http/read-request.ts";
import { codeAnswerText } from "#lib/texts/code-entry.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";
import { enterCode } from "../../enter-code.ts";
import { readPayPageRequest } from "../../page-request.ts";

/**
 * A promotion code that the shopper typed. A plain form comes back to the page with the answer; the page's script asks for JSON
 * and only comes back when there is a new price.
 */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  return withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const context = await openPageContext();
    const { result, rule } = await enterCode(context, request, { orderId, code: String(form.get("code") ?? "") });
    const page = backToPage(request, orderId, { code: result, of: rule?.id ?? null });
    if (request.headers.get("accept") !== "application/json") return page;
    const search = Object.fromEntries(new URL(request.url).searchParams);
    const { language } = readPayPageRequest(search, context, request.headers);
    const message = codeAnswerText({ result, rule, now: new Date(context.now()) }, language);
    const href = result === "applied" ? page.headers.get("location") : null;
    return Response.json({ message, href }, { headers: { "cache-control": "no-store" } });
  });
}
