import { basketItems, basketPieces, readBasket } from "#components/shop/goods.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import { withForm } from "#lib/http/read-request.ts";
import { HOME_LANGUAGE, textsIn } from "#lib/texts/language.ts";
import { openPageContext, type PageContext } from "../../pay/context.ts";
import { toShop } from "../to-shop.ts";

/** The demo shop's check-out: makes the order and goes to its pay page. A whole page load, so that the page is at its best. */
export async function POST(request: Request): Promise<Response> {
  const context = await openPageContext();
  if (context.sandbox === null) return new Response(null, { status: 404 });
  return withForm(request, PAGE_BODY_BYTES_MAX, (form) => orderBasket(request, context, form));
}

async function orderBasket(request: Request, context: PageContext, form: FormData): Promise<Response> {
  const basket = readBasket((name) => form.get(name));
  if (basketPieces(basket) === 0) return toShop(request, { trouble: "pick" });
  const { goods, title } = textsIn(HOME_LANGUAGE).shop;
  const items = basketItems(basket, goods);
  const back = `${context.publicUrl}${toShop(request, {}).headers.get("location")}`;
  try {
    await context.countNewOrder(request.headers);
    const order = await context.payments.createOrder({
      items,
      description: title,
      expiresIn: 900,
      returnUrl: back,
      promotionCodes: [DEMO_CODE],
    });
    const { search } = new URL(back);
    return new Response(null, { status: 303, headers: { location: `/pay/${order.id}${search}` } });
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return toShop(request, { ...asText(basket), trouble: "order" });
  }
}

const asText = (basket: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(basket).map(([sku, pieces]) => [sku, String(pieces)]));
