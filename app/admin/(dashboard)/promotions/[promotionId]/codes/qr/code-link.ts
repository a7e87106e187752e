import "server-only";
import { codeKey } from "#lib/base/promotion-code.ts";
import type { CollectionCodeView } from "#lib/contract/collection-code.ts";
import type { StoredPromotion } from "#lib/payment/index.ts";
import type { AdminRequest } from "../../../../../admin-request.ts";

/** What the page's address asks for. */
export interface AskedLink {
  readonly code: string;
  /** The id of a collection code, or `own`. */
  readonly at: string;
  readonly url: string;
}

export type CodeLink =
  | { readonly kind: "link"; readonly code: string; readonly url: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "not_of_promotion" | "bad_url"; readonly code: string };

const PLACES_SHOWN = 100;
const URL_CHARS_MAX = 500;

/** Collection codes in use: what a link can open. */
export const placesOf = async ({ container }: AdminRequest): Promise<readonly CollectionCodeView[]> =>
  (await container.collection.list({ status: "active", limit: PLACES_SHOWN })).data;

export const askedLink = (ask: (name: string) => string | null | undefined): AskedLink => ({
  code: (ask("code") ?? "").trim().slice(0, 100),
  at: (ask("at") ?? "").slice(0, 64),
  url: (ask("url") ?? "").trim().slice(0, URL_CHARS_MAX),
});

interface LinkPlace {
  readonly promotion: StoredPromotion;
  readonly places: readonly CollectionCodeView[];
}

/** The address that opens the chosen place with the code in it. */
export async function codeLink(
  { container }: AdminRequest,
  { promotion, places }: LinkPlace,
  asked: AskedLink,
): Promise<CodeLink> {
  if (asked.code === "") return { kind: "nothing" };
  const code = await livingCode(container, promotion, asked.code);
  if (code === null) return { kind: "not_of_promotion", code: asked.code };
  const place = places.find(({ id }) => id === asked.at) ?? (asked.at === "own" ? undefined : places[0]);
  if (place !== undefined) return { kind: "link", code, url: withCode(place.url, code) };
  if (asked.url === "") return { kind: "nothing" };
  const isUrl = URL.canParse(asked.url) && /^https?:$/.test(new URL(asked.url).protocol);
  return isUrl ? { kind: "link", code, url: withCode(asked.url, code) } : { kind: "bad_url", code };
}

/** As it was written down; null for one that the promotion does not have, or that nobody can use. */
async function livingCode(
  { payments }: AdminRequest["container"],
  { rule }: StoredPromotion,
  asked: string,
): Promise<string | null> {
  const key = codeKey(asked);
  if (rule.code !== undefined && codeKey(rule.code) === key) return rule.code;
  if (key === "") return null;
  const { data } = await payments.promotionCodes.list(rule.id, { q: asked, state: "free", limit: 50 });
  return data.find(({ code }) => codeKey(code) === key)?.code ?? null;
}

function withCode(url: string, code: string): string {
  const made = new URL(url);
  made.searchParams.set("promo", code);
  return made.href;
}
