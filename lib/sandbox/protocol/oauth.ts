import { MINUTE_MS } from "../clock.ts";
import { randomText } from "../keys.ts";
import { alignedHost } from "../phone/hosts.ts";
import { currentShopper } from "../phone/user.ts";
import type { World } from "../world.ts";
import { type Answer, html, type Incoming, json, type Route, redirect } from "./http.ts";

const CODE_LIFE_MS = 5 * MINUTE_MS;
const SCOPES = ["snsapi_base", "snsapi_userinfo"];

/** WeChat's web sign-in, as far as an openid needs it (wechatpay.md §10). */
export const oauthRoutes = (world: World): Route[] => [
  { method: "GET", path: "/connect/oauth2/authorize", run: (incoming) => authorize(world, incoming) },
  { method: "GET", path: "/sns/oauth2/access_token", run: (incoming) => exchange(world, incoming) },
];

function authorize(world: World, incoming: Incoming): Answer {
  const query = incoming.url.searchParams;
  const redirectUri = query.get("redirect_uri") ?? "";
  const wrong = wrongWith(world, query);
  if (wrong !== null) return html(400, `<!doctype html><meta charset="utf-8"><title>无法打开</title><h1>${wrong}</h1>`);
  const elsewhere = alignedHost(incoming, redirectUri);
  if (elsewhere !== null) return redirect(elsewhere);
  const code = `0${randomText(31)}`;
  world.store.oauthCodes.put(code, {
    code,
    openid: currentShopper(world, incoming).openid,
    appid: world.keys.appid,
    scope: query.get("scope") ?? "",
    createdAt: world.clock.now(),
    used: false,
  });
  const back = new URL(redirectUri);
  back.searchParams.set("code", code);
  back.searchParams.set("state", query.get("state") ?? "");
  return redirect(back.href);
}

function wrongWith({ keys }: World, query: URLSearchParams): string | null {
  if (query.get("appid") !== keys.appid) return "appid 参数错误";
  if (query.get("response_type") !== "code") return "response_type 参数错误";
  if (!SCOPES.includes(query.get("scope") ?? "")) return "Scope 参数错误或没有 Scope 权限";
  if ((query.get("state") ?? "").length > 128) return "state 参数过长";
  const redirectUri = query.get("redirect_uri") ?? "";
  const sound = URL.canParse(redirectUri) && /^https?:$/.test(new URL(redirectUri).protocol);
  return sound ? null : "redirect_uri 域名与后台配置不一致";
}

/** Answers 200 whatever happens; errors are told by `errcode`. */
function exchange({ keys, store, clock }: World, { url }: Incoming): Answer {
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
