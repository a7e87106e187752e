import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { withForm } from "#lib/http/read-request.ts";
import { isLanguage } from "#lib/texts/language.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";

/** How the shopper likes to see the page: a plain form, so that it works before any script. */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  return withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const context = await openPageContext();
    const language = form.get("lang");
    const size = form.get("size");
    const before = readPagePrefs(request.headers);
    const cookie = context.prefsCookie({
      ...before,
      ...(isLanguage(language) ? { language } : {}),
      ...(size === null ? {} : { elder: size === "elder" }),
    });
    // What was chosen here outweighs the language that the shop's link came with.
    const answer = backToPage(request, orderId, language === null ? {} : { lang: null });
    answer.headers.append("set-cookie", cookie);
    return answer;
  });
}
