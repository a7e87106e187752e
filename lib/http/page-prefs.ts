import { PAGE_PREFS_COOKIE_LIFE_MS } from "#lib/base/limits.ts";
import type { PagePrefs } from "#lib/intelligence/index.ts";
import { isLanguage } from "#lib/texts/language.ts";
import type { Call } from "./call.ts";
import { readCookie, setCookie } from "./cookies.ts";

// How a shopper likes to see the pay page: chosen by them and kept in their browser alone, so it needs no consent.
const PREFS_COOKIE = "lingfu_page";
const PREFS_PATH = "/pay";
const ELDER = "elder";

export function readPagePrefs(headers: Call["headers"]): PagePrefs {
  const [language = "", size = ""] = (readCookie({ headers }, PREFS_COOKIE) ?? "").split(".");
  return { ...(isLanguage(language) ? { language } : {}), elder: size === ELDER };
}

/** The cookie of these choices; what is not given is left to the browser's language. */
export const pagePrefsCookie = (site: Pick<Call, "container">, { language, elder }: PagePrefs): string =>
  setCookie(site, {
    name: PREFS_COOKIE,
    value: `${language ?? ""}.${elder === true ? ELDER : ""}`,
    path: PREFS_PATH,
    lifeMs: PAGE_PREFS_COOKIE_LIFE_MS,
  });
