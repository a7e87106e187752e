import { readBasket } from "#components/shop/goods.ts";
import { openHouse } from "../../pay/house.ts";
import { quoteBasket } from "../quote-basket.ts";

/** The price of a basket with the demo's offers, so that shop and pay page say the same. */
export async function GET(request: Request): Promise<Response> {
  const house = await openHouse();
  if (house.sandbox === null) return new Response(null, { status: 404 });
  const { searchParams } = new URL(request.url);
  const amountDue = await quoteBasket(
    house,
    readBasket((sku) => searchParams.get(sku)),
  );
  return Response.json({ amountDue }, { headers: { "cache-control": "no-store" } });
}
