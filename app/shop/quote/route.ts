import { readBasket } from "#components/shop/goods.ts";
import { openPageContext } from "../../pay/context.ts";
import { quoteBasket } from "../quote-basket.ts";

/** The price of a basket with the demo's offers, so that shop and pay page say the same. */
export async function GET(request: Request): Promise<Response> {
  const context = await openPageContext();
  if (context.sandbox === null) return new Response(null, { status: 404 });
  const { searchParams } = new URL(request.url);
  const amountDue = await quoteBasket(
    context,
    readBasket((sku) => searchParams.get(sku)),
  );
  return Response.json({ amountDue }, { headers: { "cache-control": "no-store" } });
}
