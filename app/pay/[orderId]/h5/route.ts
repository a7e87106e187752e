import { isAppError } from "#lib/base/app-error.ts";
import { PRIVATE_PAYER } from "#lib/payment/index.ts";
import { backToPage, type PayRouteContext } from "../../back-to-page.ts";
import { openPageContext } from "../../context.ts";

/**
 * The form of the phone browser: opens the H5 trade and goes on to WeChat, which sends the shopper back to the page. A form
 * and not a link, so that nothing that merely follows links opens a trade; 303, so that WeChat sees our page as the referrer.
 */
export async function POST(request: Request, { params }: PayRouteContext): Promise<Response> {
  const { orderId } = await params;
  const context = await openPageContext();
  const back = (query: Record<string, string>) => backToPage(request, orderId, query);
  try {
    const payerIp = context.payerIp(request.headers);
    const { h5Url } = await context.payments.startPayment({ orderId, channel: "h5", openid: null, payerIp });
    if (h5Url === undefined) return back({ trouble: "refused" });
    const cashier = new URL(h5Url);
    cashier.searchParams.set("redirect_url", `${context.publicUrl}${back({ returned: "1" }).headers.get("location")}`);
    return new Response(null, { status: 303, headers: { location: cashier.href, "cache-control": "no-store" } });
  } catch (cause) {
    // Paid or closed meanwhile, or no such order: the page itself says so.
    if (isAppError(cause) && (cause.code === "order_not_payable" || cause.code === "not_found")) return back({});
    if (isAppError(cause) && cause.reason === "too_many_attempts") return back({ trouble: "too_many" });
    // A proxy hides the shopper's address (the log and the doctor say so): the code works all the same.
    if (isAppError(cause) && cause.reason === PRIVATE_PAYER) return back({ by: "native" });
    return back({ trouble: isAppError(cause) && cause.code === "gateway_rejected" ? "refused" : "gateway" });
  }
}
