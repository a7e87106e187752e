import { MINUTE_MS } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import { type HttpAnswer, type HttpRoute, html, type Incoming, json, redirect } from "../http.ts";
import { randomText } from "../keys/key-ring.ts";
import { alignedHost, currentShopper } from "../phone/session.ts";

const CODE_LIFE_MS = 5 * MINUTE_MS;
const SCOPES = ["snsapi_base", "snsapi_userinfo"];

/** WeChat's web sign-in, as far as it is needed to learn an openid. */
export const oauthRoutes = (context: SandboxContext): HttpRoute[] => [
  { method: "GET", path: "/connect/oauth2/authorize", run: (incoming) => authorize(context, incoming) },
  { method: "GET", path: "/sns/oauth2/access_token", run: (incoming) => exchange(context, incoming) },
];

function authorize(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const query = incoming.url.searchParams;
  const redirectUri = query.get("redirect_uri") ?? "";
  const wrong = wrongWith(context, query);
  if (wrong !== null) return html(400, `<!doctype html><meta charset="utf-8"><title>无法打开</title><h1>${wrong}</h1>`);
  const elsewhere = alignedHost(incoming, redirectUri);
  if (elsewhere !== null) return redirect(elsewhere);
  const code = `0${randomText(31)}`;
  context.store.oauthCodes.put(code, {
    code,
    openid: currentShopper(context, incoming).openid,
    appid: context.keys.appid,
    scope: query.get("scope") ?? "",
    createdAt: context.clock.now(),
    used: false,
  });
  const back = new URL(redirectUri);
  back.searchParams.set("code", code);
  back.searchParams.set("state", query.get("state") ?? "");
  return redirect(back.href);
}

function wrongWith({ keys }: SandboxContext, query: URLSearchParams): string | null {
  if (query.get("appid") !== keys.appid) return "appid 参数错误";
  if (query.get("response_type") !== "code") return "response_type 参数错误";
  if (!SCOPES.includes(query.get("scope") ?? "")) return "Scope 参数错误或没有 Scope 权限";
  if ((query.get("state") ?? "").length > 128) return "state 参数过长";
  const redirectUri = query.get("redirect_uri") ?? "";
  const isAllowed = URL.canParse(redirectUri) && /^https?:$/.test(new URL(redirectUri).protocol);
  return isAllowed ? null : "redirect_uri 域名与后台配置不一致";
}

/** Always answers 200; `errcode` tells the error. */
function exchange({ keys, store, clock }: SandboxContext, { url }: Incoming): HttpAnswer {
  const query = url.searchParams;
  const fail = (errcode: number, errmsg: string) => json(200, { errcode, errmsg: `${errmsg}, rid: ${randomText(24)}` });
  if (query.get("grant_type") !== "authorization_code") return fail(40002, "invalid grant_type");
  if (query.get("appid") !== keys.appid) return fail(40013, "invalid appid");
  if (query.get("secret") !== keys.appSecret) return fail(40125, "invalid appsecret");
  const known = store.oauthCodes.get(query.get("code") ?? "");
  if (known === undefined || clock.now() - known.createdAt > CODE_LIFE_MS) return fail(40029, "invalid code");
  if (known.used) return fail(40163, "code been used");
  store.oauthCodes.put(known.code, { ...known, used: true });
  return json(200, {
    access_token: randomText(64),
    expires_in: 7200,
    refresh_token: randomText(64),
    openid: known.openid,
    scope: known.scope,
  });
}
