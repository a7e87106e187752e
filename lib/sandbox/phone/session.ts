import type { PhoneUser } from "../books/records.ts";
import { DEFAULT_SHOPPERS, shopperByOpenid } from "../books/shoppers.ts";
import type { SandboxContext } from "../context.ts";
import type { Incoming } from "../http.ts";

const COOKIE = "sandbox_openid";

/** Who holds the phone, by its cookie; 小明 when nobody chose. */
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
 * Browsers take `localhost` and `127.0.0.1` for two sites and withhold cookies between them. So a page here that frames or
 * hands over to a page of the product moves to the product's own spelling of this machine.
 * @returns this request's address under the other spelling, or null when it is well as it is
 */
export function alignedHost({ headers, target }: Incoming, otherPage: string): string | null {
  const host = headers.host ?? "";
  const [name = "", port = "80"] = host.split(":");
  const wanted = URL.canParse(otherPage) ? new URL(otherPage).hostname : "";
  return TWINS[name] !== undefined && TWINS[name] === wanted ? `http://${wanted}:${port}${target}` : null;
}

/** `http://host:port` under which this request reached us. */
export const ownOrigin = ({ headers }: Incoming, fallback: string): string =>
  headers.host === undefined ? fallback : `http://${headers.host}`;
