import { createHash, randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { OAUTH_CODES_REMEMBERED, OAUTH_STATE_LIFE_MS } from "#lib/base/limits.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import { addMs } from "#lib/base/time.ts";
import { isLanguage } from "#lib/texts/language.ts";
import { redirect } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import type { OpenidSource } from "../container.ts";
import { readCookie, setCookie } from "../cookies.ts";
import { param, payPage } from "../endpoint.ts";
import { readState, writeState } from "../oauth-state.ts";
import { openidCookie, openidOf } from "../openid-cookie.ts";
import { pagePrefsCookie, readPagePrefs } from "../page-prefs.ts";
import { signedInCookie } from "../shopper.ts";

const NONCE_COOKIE = "lingfu_oauth";
const CALLBACK = "/api/wechat/oauth/callback";
const CODE_FORM = /^[0-9A-Za-z_-]{1,128}$/;

/** `GET /api/orders/{orderId}/openid`: sends a shopper inside WeChat to WeChat's silent sign-in, and so back to the page. */
export const askOpenid = payPage(async (call) => {
  const orderId = param(call, "orderId");
  if (!isId("order", orderId)) throw new AppError("not_found", "there is no such order");
  // A language that the page's address asked for would be lost on the way there and back.
  const language = new URLSearchParams(call.query).get("lang");
  const prefs = { ...readPagePrefs(call.headers), ...(isLanguage(language) ? { language } : {}) };
  const kept = isLanguage(language) ? [pagePrefsCookie(call, prefs)] : [];
  if ((await openidOf(call)) !== null) return redirect(pageOf(orderId), { "set-cookie": kept });
  const { openids, settings, stateKey, clock } = call.container;
  const appId = await openids.appId();
  if (appId === null) return failed(orderId);
  // One secret per browser: two pages of one shopper may sign in at the same time.
  const known = readCookie(call, NONCE_COOKIE);
  const nonce = known !== null && CODE_FORM.test(known) ? known : randomBytes(16).toString("base64url");
  const state = writeState(stateKey, { orderId, endsAt: addMs(clock.now(), OAUTH_STATE_LIFE_MS), nonce });
  const redirectUri = `${settings.publicUrl}${CALLBACK}`;
  const cookie = setCookie(call, { name: NONCE_COOKIE, value: nonce, path: "/api", lifeMs: OAUTH_STATE_LIFE_MS });
  return redirect(await openids.authorizeUrl({ appId, redirectUri, state }), { "set-cookie": [cookie, ...kept] });
});

/**
 * `GET /api/wechat/oauth/callback`: WeChat sends the shopper back with a code that works once, sometimes twice over.
 * Whatever goes wrong leads to the page with `?oauth=failed`, which must not send the shopper here again by itself.
 */
export const oauthCallback = payPage(async (call) => {
  const { container } = call;
  const query = new URLSearchParams(call.query);
  const site = { nonce: readCookie(call, NONCE_COOKIE) ?? "", now: container.clock.now() };
  const state = readState(container.stateKey, query.get("state") ?? "", site);
  if (state === null) throw new AppError("invalid_request", "this sign-in did not begin here");
  const { orderId, holds } = state;
  // Before the code is looked at: a call without our cookie must not use it up.
  const [appId, code] = [await container.openids.appId(), query.get("code") ?? ""];
  if (!holds || appId === null || !CODE_FORM.test(code)) return otherwise(call, orderId);
  const told = await openidOfCode(container.openids, { code, nonce: site.nonce });
  if (told.kind === "done") {
    const cookies = [openidCookie(call, { openid: told.value, appId }), await signedInCookie(call, told.value)];
    return redirect(pageOf(orderId), { "set-cookie": cookies.filter((cookie) => cookie !== null) });
  }
  container.log.warn("oauth.failed", { orderId, kind: told.kind });
  return otherwise(call, orderId);
});

/** A repeat of a sign-in that went well is as good as the first. */
const otherwise = async (call: Call, orderId: string): Promise<Answer> =>
  (await openidOf(call)) === null ? failed(orderId) : redirect(pageOf(orderId));

const pageOf = (orderId: string): string => `/pay/${orderId}`;
const failed = (orderId: string): Answer => redirect(`${pageOf(orderId)}?oauth=failed`);

type Told = Outcome<string, "refused">;
const codes = new Map<string, Promise<Told>>();

/**
 * The same code gives the same answer, since WeChat may send the shopper twice before the first answer is there. Only in the
 * browser that it was answered to: elsewhere a spent code is worth what WeChat says it is, nothing.
 */
function openidOfCode(openids: OpenidSource, { code, nonce }: { code: string; nonce: string }): Promise<Told> {
  const digest = createHash("sha256").update(`${code}\n${nonce}`).digest("base64");
  const known = codes.get(digest);
  if (known !== undefined) return known;
  const asked = openids.openidOf(code);
  codes.set(digest, asked);
  if (codes.size > OAUTH_CODES_REMEMBERED) codes.delete(codes.keys().next().value ?? "");
  const forget = () => codes.delete(digest);
  asked.then((told) => told.kind === "unknown" && forget(), forget);
  return asked;
}
