import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { PERSONAL_COOKIE_LIFE_MS } from "#lib/base/limits.ts";
import type { Call } from "./call.ts";
import { openidOf, readCookie, setCookie } from "./cookies.ts";

/** A shopper's choice about being remembered, and their pseudonym. Sources: smart.md §7, PIPL art. 14–16, 24. */
export interface ShopperChoice {
  /** The shopper agreed to be remembered; without it nothing personal is used. */
  readonly consent: boolean;
  /** `shp_…`, only with consent. */
  readonly shopperId: string | null;
  /** The shopper declined: no optional offer is chosen for them, not even from one order's data. */
  readonly optOut: boolean;
}

const PERSONAL_COOKIE = "lf_personal";
const SHOPPER_ID_FORM = /^shp_[A-Za-z0-9_-]{22}$/;
const NO = "no";
const ID_BYTES = 16;
const MAC_BYTES = 16;

/**
 * The choice stored in the browser. Others know a pseudonym (the shop reads it, exports contain it), so it identifies a shopper
 * only with our seal; any other cookie counts as no choice.
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

/** The cookie's value for a pseudonym: the pseudonym and a MAC over it, with its own key. */
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

/** A consent from before cookies were sealed: its pseudonym proves nothing, but the shopper did agree. */
const agreedBefore = ({ headers }: Pick<ShopperCall, "headers">): boolean =>
  SHOPPER_ID_FORM.test(readCookie({ headers }, PERSONAL_COOKIE) ?? "");

/** The proven pseudonym: by our seal or, without it, by WeChat's sign-in with the same pseudonym. */
export async function provenShopper(site: ShopperCall): Promise<string | null> {
  const { shopperId } = readShopper(site);
  if (shopperId !== null || !agreedBefore(site)) return shopperId;
  const openid = await openidOf(site);
  const own = openid === null ? null : await shopperOfOpenid(site, openid);
  return own === readCookie(site, PERSONAL_COOKIE) ? own : null;
}

/** The cookie of a consent. WeChat's openid gives the same pseudonym on every device; without it the browser keeps its own. */
export async function consentCookie(site: ShopperCall): Promise<string> {
  const openid = await openidOf(site);
  const known = readShopper(site).shopperId;
  const own = openid === null ? null : await shopperOfOpenid(site, openid);
  return shopperCookie(site, own ?? known ?? `shp_${randomBytes(ID_BYTES).toString("base64url")}`);
}

/** The cookie of a refusal; it also withdraws a consent. */
export const refusalCookie = (site: ShopperCall): string => personalCookie(site, NO);

/** After WeChat's sign-in, a shopper with a random pseudonym gets the one made from their openid. */
export async function signedInCookie(site: ShopperCall, openid: string): Promise<string | null> {
  if (!readShopper(site).consent && !agreedBefore(site)) return null;
  const own = await shopperOfOpenid(site, openid);
  return own === null ? null : shopperCookie(site, own);
}

/** Keyed, so that without our key a pseudonym cannot be linked to an openid or to another shop. */
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
