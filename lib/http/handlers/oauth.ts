import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { formatId, ID_PREFIXES, isId } from "#lib/base/ids.ts";
import { OAUTH_CODES_REMEMBERED, OAUTH_STATE_LIFE_MS } from "#lib/base/limits.ts";
import { done, type Outcome, refused } from "#lib/base/outcome.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import type { Accounts } from "#lib/config/accounts.ts";
import { authorizeUrl, openidFromCode } from "#lib/gateways/index.ts";
import { isLanguage } from "#lib/texts/language.ts";
import { redirect } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import type { OpenidSource } from "../container.ts";
import { openidCookie, openidOf, pagePrefsCookies, readCookie, readPagePrefs, setCookie } from "../cookies.ts";
import { param, payPage } from "../endpoint.ts";
import { signedInCookie } from "../shopper.ts";

const NONCE_COOKIE = "lingfu_oauth";
const CALLBACK = "/api/wechat/oauth/callback";
const CODE_FORM = /^[0-9A-Za-z_-]{1,128}$/;

/** `GET /api/orders/{orderId}/openid`: sends a shopper inside WeChat to WeChat's silent sign-in, and so back to the page. */
export const askOpenid = payPage(async (call) => {
  const orderId = param(call, "orderId");
  if (!isId("order", orderId)) throw new AppError("not_found", "there is no such order");
  // Stored, because the redirects would lose a language in the page's address.
  const language = new URLSearchParams(call.query).get("lang");
  const prefs = { ...readPagePrefs(call.headers), ...(isLanguage(language) ? { language } : {}) };
  const kept = isLanguage(language) ? pagePrefsCookies(call, prefs) : [];
  if ((await openidOf(call)) !== null) return redirect(pageOf(orderId), { "set-cookie": kept });
  const { openids, settings, stateKey, clock } = call.container;
  const appId = await openids.appId();
  if (appId === null) return failed(orderId);
  // One secret per browser, because two pages of one shopper may sign in at the same time.
  const known = readCookie(call, NONCE_COOKIE);
  const nonce = known !== null && CODE_FORM.test(known) ? known : randomBytes(16).toString("base64url");
  const state = writeState(stateKey, { orderId, endsAt: addMs(clock.now(), OAUTH_STATE_LIFE_MS), nonce });
  const redirectUri = `${settings.publicUrl}${CALLBACK}`;
  const cookie = setCookie(call, { name: NONCE_COOKIE, value: nonce, path: "/api", lifeMs: OAUTH_STATE_LIFE_MS });
  return redirect(await openids.authorizeUrl({ appId, redirectUri, state }), { "set-cookie": [cookie, ...kept] });
});

/**
 * `GET /api/wechat/oauth/callback`: WeChat sends the shopper back with a code that works once, sometimes twice over.
 * Any failure leads to the page with `?oauth=failed`, which must not redirect the shopper here again.
 */
export const oauthCallback = payPage(async (call) => {
  const { container } = call;
  const query = new URLSearchParams(call.query);
  const site = { nonce: readCookie(call, NONCE_COOKIE) ?? "", now: container.clock.now() };
  const state = readState(container.stateKey, query.get("state") ?? "", site);
  if (state === null) throw new AppError("invalid_request", "this sign-in was not started here");
  const { orderId, holds } = state;
  // Checked before the code is used: a call without our cookie must not use it up.
  const [appId, code] = [await container.openids.appId(), query.get("code") ?? ""];
  if (!holds || appId === null || !CODE_FORM.test(code)) return otherwise(call, orderId);
  const answer = await openidOfCode(container.openids, { code, nonce: site.nonce });
  if (answer.kind === "done") {
    const cookies = [openidCookie(call, { openid: answer.value, appId }), await signedInCookie(call, answer.value)];
    return redirect(pageOf(orderId), { "set-cookie": cookies.filter((cookie) => cookie !== null) });
  }
  container.log.warn("oauth.failed", { orderId, kind: answer.kind });
  return otherwise(call, orderId);
});

/** A repeat of a successful sign-in leads to the page as well. */
const otherwise = async (call: Call, orderId: string): Promise<Answer> =>
  (await openidOf(call)) === null ? failed(orderId) : redirect(pageOf(orderId));

const pageOf = (orderId: string): string => `/pay/${orderId}`;
const failed = (orderId: string): Answer => redirect(`${pageOf(orderId)}?oauth=failed`);

type OpenidAnswer = Outcome<string, "refused">;
const codes = new Map<string, Promise<OpenidAnswer>>();

/**
 * The same code gives the same answer, because WeChat may redirect the shopper twice before the first answer arrives. Only in
 * the same browser: elsewhere a used code is invalid.
 */
function openidOfCode(openids: OpenidSource, { code, nonce }: { code: string; nonce: string }): Promise<OpenidAnswer> {
  const digest = createHash("sha256").update(`${code}\n${nonce}`).digest("base64");
  const known = codes.get(digest);
  if (known !== undefined) return known;
  const asked = openids.openidOf(code);
  codes.set(digest, asked);
  if (codes.size > OAUTH_CODES_REMEMBERED) codes.delete(codes.keys().next().value ?? "");
  const forget = () => codes.delete(digest);
  asked.then((answer) => answer.kind === "unknown" && forget(), forget);
  return asked;
}

// The state passes through WeChat, which allows at most 128 letters and digits (wechatpay.md §10), and is not secret: order,
// expiry, and a MAC over both and a secret that only this shopper's browser holds.
const ORDER_CHARS = formatId("order", 0, new Uint8Array(10)).length - ID_PREFIXES.order.length - 1;
const END_CHARS = 8;
const FORM = new RegExp(`^([0-9a-z]{${ORDER_CHARS}})([0-9a-z]{${END_CHARS}})([0-9a-f]{64})$`);

interface OauthState {
  readonly orderId: string;
  readonly endsAt: Date;
  /** From the browser's cookie, so that another browser's state is invalid. */
  readonly nonce: string;
}

function writeState(key: Uint8Array, { orderId, endsAt, nonce }: OauthState): string {
  const end = Math.floor(endsAt.getTime() / SECOND_MS)
    .toString(36)
    .padStart(END_CHARS, "0");
  const head = orderId.slice(ID_PREFIXES.order.length + 1) + end;
  return head + mac(key, head, nonce).toString("hex");
}

export interface ReadState {
  readonly orderId: string;
  /** The state is ours, of this browser, and not expired. */
  readonly holds: boolean;
}

/** @returns null if the text names no order */
function readState(key: Uint8Array, state: string, site: { nonce: string; now: Date }): ReadState | null {
  const [, order, end, given] = FORM.exec(state) ?? [];
  if (order === undefined || end === undefined || given === undefined) return null;
  const orderId = `${ID_PREFIXES.order}_${order}`;
  if (!isId("order", orderId)) return null;
  const genuine = timingSafeEqual(Buffer.from(given, "hex"), mac(key, order + end, site.nonce));
  const timely = Number.parseInt(end, 36) * SECOND_MS >= site.now.getTime();
  return { orderId, holds: genuine && timely && site.nonce !== "" };
}

const mac = (key: Uint8Array, head: string, nonce: string): Buffer =>
  createHmac("sha256", key).update(`${head}\n${nonce}`).digest();

/** Identifies the shopper inside WeChat by the active account. */
export function openidSource(accounts: Accounts, exchange?: Parameters<typeof openidFromCode>[2]): OpenidSource {
  const able = async () => {
    const account = await accounts.active();
    if (account === null || account.appSecret === null) return null;
    const oauthBase = account.oauthBase ?? undefined;
    return { appId: account.appId, appSecret: account.appSecret, ...(oauthBase === undefined ? {} : { oauthBase }) };
  };
  return {
    appId: async () => (await able())?.appId ?? null,
    async authorizeUrl(ask) {
      const oauthBase = (await able())?.oauthBase;
      return authorizeUrl({ ...ask, ...(oauthBase === undefined ? {} : { oauthBase }) });
    },
    async openidOf(code) {
      const account = await able();
      if (account === null) return refused("refused", "no app_secret is configured");
      const answer = await openidFromCode(account, code, exchange);
      if (answer.kind === "done") return done(answer.value);
      return answer.kind === "refused" ? refused("refused", answer.reason) : answer;
    },
  };
}
