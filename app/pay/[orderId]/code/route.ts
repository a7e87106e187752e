import { isAppError } from "#lib/base/app-error.ts";
import { PROMOTION_CODE_CHARS_MAX } from "#lib/base/limits.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import { withForm } from "#lib/http/read-request.ts";
import type { CodeAnswer } from "#lib/payment/index.ts";
import { type CodeResult, codeAnswerText } from "#lib/texts/code-entry.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext, type PageContext } from "../../context.ts";
import { readPayPageRequest } from "../../page-request.ts";

/**
 * A promotion code that the shopper typed. A plain form comes back to the page with the answer; the page's script asks for JSON
 * and only comes back when there is a new price.
 */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  return withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const context = await openPageContext();
    const typed = [...String(form.get("code") ?? "")].slice(0, PROMOTION_CODE_CHARS_MAX + 1).join("");
    const { result, rule } = await enter(context, request, { orderId, code: typed });
    const page = backToPage(request, orderId, { code: result, of: rule?.id ?? null });
    if (request.headers.get("accept") !== "application/json") return page;
    const search = Object.fromEntries(new URL(request.url).searchParams);
    const { language } = readPayPageRequest(search, context, request.headers);
    const message = codeAnswerText({ result, rule, now: new Date(context.now()) }, language);
    const href = result === "applied" ? page.headers.get("location") : null;
    return Response.json({ message, href }, { headers: { "cache-control": "no-store" } });
  });
}

interface Entered {
  readonly result: CodeResult;
  readonly rule: Promotion | null;
}

async function enter(
  { payments, countCodeTry }: PageContext,
  { headers }: Request,
  entry: { readonly orderId: string; readonly code: string },
): Promise<Entered> {
  try {
    await countCodeTry(headers, entry.orderId);
    return enteredOf(await payments.enterCode(entry));
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    const result = cause.code === "rate_limited" ? "tooMany" : cause.code === "conflict" ? "busy" : "failed";
    return { result, rule: null };
  }
}

function enteredOf(answer: CodeAnswer): Entered {
  if (answer.kind !== "refused") return { result: answer.kind, rule: null };
  return { result: answer.isUnknownShopper ? "unknownShopper" : answer.reason, rule: answer.rule };
}
