import { z } from "zod";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { Secret } from "#lib/base/secret.ts";
import { EXCHANGE_LIMITS, type Exchange, exchange } from "./transport.ts";
import { parseJson } from "./v3/wire.ts";

// Who pays, for channels inside WeChat. Source: wechatpay.md §10.

const AUTHORIZE_ORIGIN = "https://open.weixin.qq.com";
const API_ORIGIN = "https://api.weixin.qq.com";

export interface AuthorizeRequest {
  readonly appId: string;
  /** Absolute; its host must be the one registered with WeChat. */
  readonly redirectUri: string;
  /** At most 128 characters. */
  readonly state: string;
  /** One origin for both calls, in place of WeChat's two. */
  readonly oauthBase?: string | undefined;
}

/** Where the WeChat browser is sent to come back with a code. WeChat insists on this order and on the fragment. */
export function authorizeUrl({ appId, redirectUri, state, oauthBase }: AuthorizeRequest): string {
  const origin = new URL(oauthBase ?? AUTHORIZE_ORIGIN).origin;
  const query = [
    `appid=${encodeURIComponent(appId)}`,
    `redirect_uri=${encodeURIComponent(redirectUri)}`,
    "response_type=code",
    "scope=snsapi_base",
    `state=${encodeURIComponent(state)}`,
  ];
  return `${origin}/connect/oauth2/authorize?${query.join("&")}#wechat_redirect`;
}

export interface OpenidAccount {
  readonly appId: string;
  readonly appSecret: Secret<string>;
  readonly oauthBase?: string | undefined;
}

/** `code_used` and `code_invalid`: send the shopper through WeChat again. `not_permitted`: our settings are wrong. */
export type OpenidRefusal = "code_used" | "code_invalid" | "not_permitted";

const REFUSALS = new Map<number, OpenidRefusal>([
  [40029, "code_invalid"],
  [41008, "code_invalid"],
  [42003, "code_invalid"],
  [40163, "code_used"],
  [40001, "not_permitted"],
  [40013, "not_permitted"],
  [40125, "not_permitted"],
  [41002, "not_permitted"],
  [41004, "not_permitted"],
  [48001, "not_permitted"],
]);

const answerSchema = z.union([
  z.object({ openid: z.string().regex(/^[0-9A-Za-z_-]{1,128}$/) }),
  z.object({ errcode: z.int() }),
]);

/** The shopper's openid for a code, which works once and for five minutes: never sent twice. */
export async function openidFromCode(
  { appId, appSecret, oauthBase }: OpenidAccount,
  code: string,
  run: Exchange = exchange,
): Promise<Outcome<string, OpenidRefusal>> {
  const query = new URLSearchParams({
    appid: appId,
    secret: appSecret.reveal(),
    code,
    grant_type: "authorization_code",
  });
  const answer = await run(
    {
      origin: new URL(oauthBase ?? API_ORIGIN).origin,
      method: "GET",
      path: `/sns/oauth2/access_token?${query}`,
      headers: { accept: "application/json" },
      body: "",
    },
    EXCHANGE_LIMITS,
  );
  if (answer.kind === "no_answer") return unknown(answer.cause);
  if (answer.status !== 200) return unknown(`HTTP ${answer.status}`);
  const content = parseJson(answer.body, answerSchema);
  if (content === null) return unknown("the answer is neither an openid nor an error");
  if ("openid" in content) return done(content.openid);
  const reason = REFUSALS.get(content.errcode);
  return reason === undefined ? unknown(`errcode ${content.errcode}`) : refused(reason, `errcode ${content.errcode}`);
}
