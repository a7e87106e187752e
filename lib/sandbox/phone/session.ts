import type { PhoneUser } from "../books/records.ts";
import { DEFAULT_SHOPPERS, shopperByOpenid } from "../books/shoppers.ts";
import type { SandboxContext } from "../context.ts";
import type { Incoming } from "../http.ts";

const COOKIE = "sandbox_openid";

/** The person who holds the phone, by a cookie; 小明 by default. */
export const currentShopper = (context: SandboxContext, incoming: Incoming): PhoneUser =>
  shopperByOpenid(context, cookieOf(incoming)) ?? DEFAULT_SHOPPERS[0];

export const shopperCookie = (shopper: PhoneUser): string =>
  `${COOKIE}=${shopper.openid}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`;

const cookieOf = ({ headers }: Incoming): string | undefined =>
  (headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim().split("="))
    .find(([name]) => name === COOKIE)?.[1];

const TWINS: Readonly<Record<string, string>> = { localhost: "127.0.0.1", "127.0.0.1": "localhost" };

/**
 * Browsers treat `localhost` and `127.0.0.1` as two sites and do not share cookies between them. So a page here that
 * frames or redirects to a page of the product moves to the host name that the product uses.
 * @returns this request's URL with the other host name, or null if it may stay
 */
export function alignedHost({ headers, target }: Incoming, otherPage: string): string | null {
  const host = headers.host ?? "";
  const [name = "", port = "80"] = host.split(":");
  const wanted = URL.canParse(otherPage) ? new URL(otherPage).hostname : "";
  return TWINS[name] !== undefined && TWINS[name] === wanted ? `http://${wanted}:${port}${target}` : null;
}
