import { OPENID_COOKIE_LIFE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Call } from "./call.ts";
import { readCookie, setCookie } from "./cookies.ts";

export const OPENID_COOKIE = "lingfu_openid";

// An openid means something only under its appid, so the seal is bound to that: after a change of accounts the old cookie
// does not open, and the shopper is asked anew.
const placeOf = (appId: string) => ({ table: "cookie", column: "openid", row: appId });

/** The shopper's openid under the account in force, where WeChat has told us; the browser cannot read or make it. */
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
    return null; // Sealed by another key, for another appid, or by nobody: as good as none.
  }
}

export function openidCookie(call: Pick<Call, "container">, known: { openid: string; appId: string }): string {
  const { cookieBox, clock } = call.container;
  const expiresAt = addMs(clock.now(), OPENID_COOKIE_LIFE_MS).getTime();
  const sealed = cookieBox.seal(JSON.stringify({ openid: known.openid, expiresAt }), placeOf(known.appId));
  const value = Buffer.from(sealed).toString("base64url");
  return setCookie(call, { name: OPENID_COOKIE, value, path: "/", lifeMs: OPENID_COOKIE_LIFE_MS });
}
