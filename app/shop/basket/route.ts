import { changed, readBasket } from "#components/shop/goods.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { withForm } from "#lib/http/read-request.ts";
import { toShop } from "../to-shop.ts";

/** One more or one less, for a shopper without scripts: the basket lives in the shop's address. */
export async function POST(request: Request): Promise<Response> {
  return withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const [more, less] = [form.get("more"), form.get("less")];
    const before = readBasket((name) => form.get(name));
    const sku = typeof more === "string" ? more : typeof less === "string" ? less : "";
    const after = Object.hasOwn(before, sku) ? changed(before, sku, more === null ? -1 : 1) : before;
    return toShop(request, Object.fromEntries(Object.entries(after).map(([name, pieces]) => [name, String(pieces)])));
  });
}
