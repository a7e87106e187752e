import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { keepDisplay } from "../../keep-display.ts";

/** How the shopper likes to see the page: a plain form, so that it works before any script. */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  // What was chosen here outweighs the language that the shop's link came with.
  return keepDisplay(request, (language) => backToPage(request, orderId, language === null ? {} : { lang: null }));
}
