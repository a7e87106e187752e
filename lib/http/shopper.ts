import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { PERSONAL_COOKIE_LIFE_MS } from "#lib/base/limits.ts";
import type { Call } from "./call.ts";
import { openidOf, readCookie, setCookie } from "./cookies.ts";

/** What a shopper has said about being remembered, and the pseudonym they then have. Sources: smart.md §7, PIPL art. 14–16, 24. */
export interface ShopperChoice {
  /** They agreed to be remembered; nothing personal is used without it. */
  readonly consent: boolean;
  /** `shp_…`, only with consent. */
  readonly shopperId: string | null;
  /** They said no: no optional offer is chosen for them, not even from what one order tells. */
  readonly optOut: boolean;
}

const PERSONAL_COOKIE = "lf_personal";
const SHOPPER_ID_FORM = /^shp_[A-Za-z0-9_-]{22}$/;
const NO = "no";
const ID_BYTES = 16;
const MAC_BYTES = 16;

/**
 * The choice that the browser carries. A pseudonym is known to others (the shop reads it, exports name it), so it says who
 * somebody is only with our seal; a cookie that we did not write says nothing.
 */
export function readShopper(site: ShopperSite): ShopperChoice {
  const value = readCookie(site, PERSONAL_COOKIE);
  if (value === NO) return { consent: false, shopperId: null, optOut: true };
  const shopperId = value === null ? null : opened(site.container.shopperKey, value);
  return { consent: shopperId !== null, shopperId, optOut: false };
}

export interface ShopperSite {
  readonly container: Pick<Call["container"], "shopperKey">;
  readonly headers: Call["headers"];
}

/** The cookie's value for a pseudonym: itself and a MAC over it, under a key of its own. */
export function sealShopper(shopperKey: Uint8Array, shopperId: string): string {
  const key = createHmac("sha256", shopperKey).update("personal cookie").digest();
  const mac = createHmac("sha256", key).update(shopperId).digest();
  return `${shopperId}.${mac.subarray(0, MAC_BYTES).toString("base64url")}`;
}

function opened(shopperKey: Uint8Array, value: string): string | null {
  const [shopperId = ""] = value.split(".", 1);
  if (!SHOPPER_ID_FORM.test(shopperId)) return null;
  const [given, genuine] = [Buffer.from(value), Buffer.from(sealShopper(shopperKey, shopperId))];
  return given.length === genuine.length && timingSafeEqual(given, genuine) ? shopperId : null;
}

type ShopperCall = Pick<Call, "container" | "headers">;

/** A yes of the time before cookies were sealed: its pseudonym proves nothing, but the browser's shopper did agree. */
const agreedBefore = ({ headers }: Pick<ShopperCall, "headers">): boolean =>
  SHOPPER_ID_FORM.test(readCookie({ headers }, PERSONAL_COOKIE) ?? "");

/** Whom the browser's cookie proves: by our seal, or, without it, by WeChat's word on the same pseudonym. */
export async function provenShopper(site: ShopperCall): Promise<string | null> {
  const { shopperId } = readShopper(site);
  if (shopperId !== null || !agreedBefore(site)) return shopperId;
  const openid = await openidOf(site);
  const own = openid === null ? null : await shopperOfOpenid(site, openid);
  return own === readCookie(site, PERSONAL_COOKIE) ? own : null;
}

/** The cookie of a yes. WeChat's openid gives the same pseudonym on every device; without it, the browser's own goes on. */
export async function consentCookie(site: ShopperCall): Promise<string> {
  const openid = await openidOf(site);
  const known = readShopper(site).shopperId;
  const own = openid === null ? null : await shopperOfOpenid(site, openid);
  return shopperCookie(site, own ?? known ?? `shp_${randomBytes(ID_BYTES).toString("base64url")}`);
}

/** The cookie of a no; also what withdraws a yes. */
export const refusalCookie = (site: ShopperCall): string => personalCookie(site, NO);

/** Who was remembered by a random name is remembered by their pseudonym once WeChat has told who they are. */
export async function signedInCookie(site: ShopperCall, openid: string): Promise<string | null> {
  if (!readShopper(site).consent && !agreedBefore(site)) return null;
  const own = await shopperOfOpenid(site, openid);
  return own === null ? null : shopperCookie(site, own);
}

/** Keyed, so that nobody without our key can tell a pseudonym from an openid, nor join shops by it. */
async function shopperOfOpenid({ container }: ShopperCall, openid: string): Promise<string | null> {
  const appId = await container.openids.appId();
  if (appId === null) return null;
  const digest = createHmac("sha256", container.shopperKey).update(`${appId}|${openid}`).digest();
  return `shp_${digest.subarray(0, ID_BYTES).toString("base64url")}`;
}

const shopperCookie = (site: ShopperCall, shopperId: string): string =>
  personalCookie(site, sealShopper(site.container.shopperKey, shopperId));

const personalCookie = (site: ShopperCall, value: string): string =>
  setCookie(site, { name: PERSONAL_COOKIE, value, path: "/", lifeMs: PERSONAL_COOKIE_LIFE_MS });
