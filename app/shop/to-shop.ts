import { isLanguage } from "#lib/texts/language.ts";

/** 303 to the shop, in the language the shopper was reading it in. */
export function toShop(request: Request, query: Readonly<Record<string, string>>): Response {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "0"));
  const language = languageOf(request);
  if (language !== null) search.set("lang", language);
  const location = search.size === 0 ? "/" : `/?${search}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}

function languageOf(request: Request): string | null {
  const from = request.headers.get("referer");
  const language = from !== null && URL.canParse(from) ? new URL(from).searchParams.get("lang") : null;
  return isLanguage(language) ? language : null;
}
