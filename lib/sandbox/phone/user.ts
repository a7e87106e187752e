import type { Incoming } from "../protocol/http.ts";
import type { Shopper } from "../records.ts";
import { DEFAULT_SHOPPERS, shopperByOpenid } from "../shoppers.ts";
import type { World } from "../world.ts";

const COOKIE = "sandbox_openid";

/** Who holds the phone, by its cookie; 小明 when nobody chose. */
export const currentShopper = (world: World, incoming: Incoming): Shopper =>
  shopperByOpenid(world, cookieOf(incoming)) ?? DEFAULT_SHOPPERS[0];

export const shopperCookie = (shopper: Shopper): string =>
  `${COOKIE}=${shopper.openid}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`;

const cookieOf = ({ headers }: Incoming): string | undefined =>
  (headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim().split("="))
    .find(([name]) => name === COOKIE)?.[1];
