import { isAppError } from "#lib/base/app-error.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { requireSameSite } from "#lib/http/fetch-metadata.ts";
import { withForm } from "#lib/http/read-request.ts";
import { openContainer } from "../../../container.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";
import { orderAgain } from "../../order-again.tsx";

/** The button on the page of a closed order: makes the same order again and goes on to its page. 303, so that going back sends nothing again. */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  const container = await openContainer();
  try {
    requireSameSite({ headers: request.headers, container });
  } catch {
    return new Response("403: this form belongs to another page\n", { status: 403, headers: PLAIN });
  }
  return withForm(request, PAGE_BODY_BYTES_MAX, async () => {
    try {
      const made = await orderAgain(await openPageContext(), request.headers, orderId);
      if ("trouble" in made) return backToPage(request, orderId, { trouble: made.trouble });
      return backToPage(request, made.orderId, {});
    } catch (cause) {
      // The page says that there is no such order.
      if (!isAppError(cause)) throw cause;
      return backToPage(request, orderId, {});
    }
  });
}

const PLAIN = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
