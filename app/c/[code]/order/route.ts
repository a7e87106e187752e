import { isAppError } from "#lib/base/app-error.ts";
import { COLLECTION_FORM_BYTES_MAX } from "#lib/base/collection-limits.ts";
import type { Collected, CollectionForm } from "#lib/collection/index.ts";
import { requireSameSite } from "#lib/http/fetch-metadata.ts";
import { withForm } from "#lib/http/read-request.ts";
import type { CollectTrouble } from "#lib/texts/collect.ts";
import { openContainer } from "../../../container.ts";
import { openPageContext } from "../../../pay/context.ts";
import { enterCode } from "../../../pay/enter-code.ts";
import { KEPT, PROMO, promoOf, TYPED_COOKIE, TYPED_LIFE_S, type TypedForm, writeTyped } from "../../collect-request.ts";

interface Context {
  readonly params: Promise<{ code: string }>;
}

/** The form of a code's page: makes its one order and goes on to the pay page. 303, so that going back sends nothing again. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { code } = await params;
  const container = await openContainer();
  const way = wayOf(request, { code, publicUrl: container.settings.publicUrl });
  try {
    requireSameSite({ headers: request.headers, container });
  } catch {
    return new Response("403: this form belongs to another page\n", { status: 403, headers: PLAIN });
  }
  return withForm(request, COLLECTION_FORM_BYTES_MAX, async (fields) => {
    const form = formOf(fields, code);
    try {
      const context = await openPageContext();
      await context.countNewOrder(request.headers);
      const collected = await container.collection.order(form);
      const promo = promoOf(new URL(request.url).searchParams.get(PROMO));
      if (collected.kind !== "ordered" || promo === null) return answer(way, form, collected);
      const { orderId } = collected;
      const { result, rule } = await enterCode(context, request, { orderId, code: promo });
      // The pay page says what became of the code.
      return way.to(`/pay/${orderId}`, { code: result, ...(rule === null ? {} : { of: rule.id }) });
    } catch (cause) {
      if (!isAppError(cause)) throw cause;
      return way.back(cause.code === "rate_limited" ? "busy" : "failed", form);
    }
  });
}

const PLAIN = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

interface Redirects {
  to(path: string, added?: Readonly<Record<string, string>>): Response;
  /** To the page, which says what is wrong and shows what was typed. */
  back(trouble: CollectTrouble, typed: TypedForm): Response;
}

function wayOf(request: Request, { code, publicUrl }: { code: string; publicUrl: string }): Redirects {
  const asked = new URL(request.url).searchParams;
  const page = `/c/${encodeURIComponent(code)}`;
  const to: Redirects["to"] = (path, added = {}) => {
    const query = new URLSearchParams(KEPT.flatMap((name) => (asked.has(name) ? [[name, asked.get(name) ?? ""]] : [])));
    for (const [name, value] of Object.entries(added)) query.set(name, value);
    const location = query.size === 0 ? path : `${path}?${query}`;
    return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
  };
  return {
    to,
    back(trouble, typed) {
      const promo = promoOf(asked.get(PROMO));
      const response = to(page, { trouble, ...(promo === null ? {} : { [PROMO]: promo }) });
      const secure = new URL(publicUrl).protocol === "https:" ? "; Secure" : "";
      const cookie = `${TYPED_COOKIE}=${writeTyped(typed)}; Path=${page}; Max-Age=${TYPED_LIFE_S}; HttpOnly; SameSite=Lax${secure}`;
      response.headers.set("set-cookie", cookie);
      return response;
    },
  };
}

function answer(way: Redirects, form: CollectionForm, collected: Collected): Response {
  switch (collected.kind) {
    case "ordered":
      return way.to(`/pay/${collected.orderId}`);
    case "refused":
      return way.back(collected.trouble, form);
    default:
      // The page itself says what is the matter with the code.
      return way.to(`/c/${encodeURIComponent(form.code)}`);
  }
}

function formOf(fields: FormData, code: string): CollectionForm {
  const field = (name: string): string => {
    const value = fields.get(name);
    return typeof value === "string" ? value : "";
  };
  return { code, token: field("token"), amount: field("amount"), note: field("note") };
}
