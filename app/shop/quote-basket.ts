import { type Basket, basketFen, basketItems, basketPieces } from "#components/shop/goods.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import { quoteRequestSchema } from "#lib/contract/quote.ts";
import { HOME_LANGUAGE, textsIn } from "#lib/texts/language.ts";
import type { PageContext } from "../pay/context.ts";

/** What the basket costs once it is ordered, in fen; without its offers where they cannot be asked. */
export async function quoteBasket({ payments }: Pick<PageContext, "payments">, basket: Basket): Promise<number> {
  if (basketPieces(basket) === 0) return 0;
  const request = quoteRequestSchema.parse({
    items: basketItems(basket, textsIn(HOME_LANGUAGE).shop.goods),
    promotionCodes: [DEMO_CODE],
  });
  const quoted = await payments.quote(request).catch(() => null);
  return quoted?.amountDue ?? basketFen(basket);
}
