import { OPENID_COOKIE_LIFE_MS, PAGE_PREFS_COOKIE_LIFE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { PagePrefs } from "#lib/intelligence/index.ts";
import { isLanguage } from "#lib/texts/language.ts";
import type { Call } from "./call.ts";

/** The value of a cookie, as our own `setCookie` wrote it. */
export function readCookie({ headers }: Pick<Call, "headers">, name: string): string | null {
  for (const piece of (headers.get("cookie") ?? "").split(";")) {
    const equals = piece.indexOf("=");
    if (equals > 0 && piece.slice(0, equals).trim() === name) return piece.slice(equals + 1).trim();
  }
  return null;
}

export interface NewCookie {
  readonly name: string;
  /** Of characters that need no quoting, such as base64url. */
  readonly value: string;
  readonly path: string;
  readonly lifeMs: number;
}

/** HttpOnly, and sent when WeChat redirects the shopper back to us (SameSite=Lax). */
export function setCookie({ container }: Pick<Call, "container">, { name, value, path, lifeMs }: NewCookie): string {
  const secure = container.settings.publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=${path}; Max-Age=${Math.floor(lifeMs / 1_000)}; HttpOnly; SameSite=Lax${secure}`;
}

const OPENID_COOKIE = "lingfu_openid";

// An openid is valid only under its appid, so the seal is bound to that: after a change of accounts the old cookie does not
// open, and the shopper signs in again.
const placeOf = (appId: string) => ({ table: "cookie", column: "openid", row: appId });

/** The shopper's openid under the active account, if known. The browser can neither read nor forge the cookie. */
export async function openidOf(call: Pick<Call, "container" | "headers">): Promise<string | null> {
  const sealed = readCookie(call, OPENID_COOKIE);
  if (sealed === null) return null;
  const appId = await call.container.openids.appId();
  return appId === null ? null : openCookie(call, sealed, appId);
}

function openCookie({ container }: Pick<Call, "container">, sealed: string, appId: string): string | null {
  try {
    const bytes = container.cookieBox.open(Buffer.from(sealed, "base64url"), placeOf(appId));
    const { openid, expiresAt } = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const alive = typeof expiresAt === "number" && expiresAt > container.clock.now().getTime();
    return alive && typeof openid === "string" ? openid : null;
  } catch {
    return null; // Sealed by another key, for another appid, or not sealed: treated as absent.
  }
}

export function openidCookie(call: Pick<Call, "container">, known: { openid: string; appId: string }): string {
  const { cookieBox, clock } = call.container;
  const expiresAt = addMs(clock.now(), OPENID_COOKIE_LIFE_MS).getTime();
  const sealed = cookieBox.seal(JSON.stringify({ openid: known.openid, expiresAt }), placeOf(known.appId));
  const value = Buffer.from(sealed).toString("base64url");
  return setCookie(call, { name: OPENID_COOKIE, value, path: "/", lifeMs: OPENID_COOKIE_LIFE_MS });
}

// How a shopper wants to see the pay page: their own choice, stored only in their browser, so it needs no consent.
const PREFS_COOKIE = "lingfu_page";
/** The pay page and the page of a collection code, and no other. */
const PREFS_PATHS = ["/pay", "/c"];
const ELDER = "elder";

export function readPagePrefs(headers: Call["headers"]): PagePrefs {
  const [language = "", size = ""] = (readCookie({ headers }, PREFS_COOKIE) ?? "").split(".");
  return { ...(isLanguage(language) ? { language } : {}), elder: size === ELDER };
}

/** The cookies of these choices, one for each page that follows them; without a language, the browser's language applies. */
export const pagePrefsCookies = (site: Pick<Call, "container">, { language, elder }: PagePrefs): string[] =>
  PREFS_PATHS.map((path) =>
    setCookie(site, {
      name: PREFS_COOKIE,
      value: `${language ?? ""}.${elder === true ? ELDER : ""}`,
      path,
      lifeMs: PAGE_PREFS_COOKIE_LIFE_MS,
    }),
  );
