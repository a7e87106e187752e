import { createHmac, randomBytes } from "node:crypto";
import { PERSONAL_COOKIE_LIFE_MS } from "#lib/base/limits.ts";
import type { Call } from "./call.ts";
import { readCookie, setCookie } from "./cookies.ts";
import { openidOf } from "./openid-cookie.ts";

/** What a shopper has said about being remembered, and the pseudonym they then have. Sources: smart.md §7, PIPL art. 14–16, 24. */
export interface ShopperChoice {
  /** They agreed to be remembered; nothing personal is used without it. */
  readonly consent: boolean;
  /** `shp_…`, only with consent. */
  readonly shopperId: string | null;
  /** They said no: no optional offer is chosen for them, not even from what one order tells. */
  readonly optOut: boolean;
}

export const PERSONAL_COOKIE = "lf_personal";
export const SHOPPER_ID_FORM = /^shp_[A-Za-z0-9_-]{22}$/;
const NO = "no";
const ID_BYTES = 16;

/** The choice that the browser carries; a cookie that nobody of ours wrote says nothing. */
export function readShopper(headers: Call["headers"]): ShopperChoice {
  const value = readCookie({ headers }, PERSONAL_COOKIE);
  if (value === NO) return { consent: false, shopperId: null, optOut: true };
  const shopperId = value !== null && SHOPPER_ID_FORM.test(value) ? value : null;
  return { consent: shopperId !== null, shopperId, optOut: false };
}

type Site = Pick<Call, "container" | "headers">;

/** The cookie of a yes. WeChat's openid gives the same pseudonym on every device; without it, the browser's own goes on. */
export async function consentCookie(site: Site): Promise<string> {
  const openid = await openidOf(site);
  const known = readShopper(site.headers).shopperId;
  const own = openid === null ? null : await shopperOfOpenid(site, openid);
  return personalCookie(site, own ?? known ?? `shp_${randomBytes(ID_BYTES).toString("base64url")}`);
}

/** The cookie of a no; also what withdraws a yes. */
export const refusalCookie = (site: Site): string => personalCookie(site, NO);

/** Who was remembered by a random name is remembered by their pseudonym once WeChat has told who they are. */
export async function signedInCookie(site: Site, openid: string): Promise<string | null> {
  if (!readShopper(site.headers).consent) return null;
  const own = await shopperOfOpenid(site, openid);
  return own === null ? null : personalCookie(site, own);
}

/** Keyed, so that nobody without our key can tell a pseudonym from an openid, nor join shops by it. */
async function shopperOfOpenid({ container }: Site, openid: string): Promise<string | null> {
  const appId = await container.openids.appId();
  if (appId === null) return null;
  const digest = createHmac("sha256", container.shopperKey).update(`${appId}|${openid}`).digest();
  return `shp_${digest.subarray(0, ID_BYTES).toString("base64url")}`;
}

const personalCookie = (site: Site, value: string): string =>
  setCookie(site, { name: PERSONAL_COOKIE, value, path: "/", lifeMs: PERSONAL_COOKIE_LIFE_MS });
