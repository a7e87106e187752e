import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import { type Finding, failed, ok, unknown } from "#lib/base/finding.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { orderText } from "#lib/texts/order.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import { openidFromCode } from "../oauth.ts";
import type { CallResult } from "../send-with-backup.ts";
import { foldCode } from "../v3/error-table.ts";
import { errorSchema, parseJson } from "../v3/wire.ts";
import { type ConnectionOptions, PROBE_LIMITS, type WechatCheckOptions } from "./check-options.ts";
import { absentNumber } from "./check-v3.ts";

type AppRequest = (method: "GET" | "POST", path: string, body?: object) => Promise<CallResult>;

const BIND: Sentence = say("bindAppId");

/** No shopper has this openid, so WeChat refuses to open a trade for it. */
const NOBODY = "oLingfuDoctorNobodyHasThis00";

/**
 * Checks whether the app is bound to the merchant, by a trade that cannot open because no shopper has its openid. WeChat
 * reports an unbound app before it looks at the openid.
 */
export async function checkApp(
  credentials: CheckableCredentials,
  ask: AppRequest,
  { clock }: WechatCheckOptions,
): Promise<Finding[]> {
  const { appId, merchantNumber, notifyUrl } = credentials;
  if (appId === null || notifyUrl === null) return [];
  const number = absentNumber();
  const result = await ask("POST", "/v3/pay/transactions/jsapi", {
    appid: appId,
    mchid: merchantNumber,
    description: orderText.checkUp,
    out_trade_no: number,
    notify_url: notifyUrl,
    time_expire: new Date(clock.now().getTime() + 2 * MINUTE_MS).toISOString().replace(/\.\d+Z$/, "+00:00"),
    amount: { total: 1, currency: "CNY" },
    payer: { openid: NOBODY },
  });
  if (result.kind === "no_answer") return [bindingUnknown(result.cause)];
  if (result.status === 200) {
    await ask("POST", `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: merchantNumber });
    return [ok("app", BOUND)];
  }
  const error = parseJson(result.body, errorSchema);
  return [judgeApp(foldCode(error?.code ?? ""), error?.message ?? `HTTP ${result.status}`)];
}

const BOUND: Sentence = say("appIdAccepted");
const bindingUnknown = (why: string): Finding => unknown("app", say("bindingNotConfirmed", { why }));

export function judgeApp(code: string, message: string): Finding {
  if (["APPIDMCHIDNOTMATCH", "APPIDNOTEXIST", "INVALIDAPPID"].includes(code)) {
    return failed("app", say("wechatAnswersCode", { code, message }), BIND);
  }
  return ["OPENIDMISMATCH", "PARAMERROR", "INVALIDREQUEST"].includes(code)
    ? ok("app", BOUND)
    : bindingUnknown(`${code} ${message}`);
}

/** Sends an invented code. WeChat answers that it is invalid only if app and secret are right. */
export async function checkOauth(
  credentials: CheckableCredentials,
  { exchange }: ConnectionOptions,
): Promise<Finding[]> {
  const { appId, appSecret, oauthBase } = credentials;
  if (appId === null || appSecret === null) return [];
  const account = { appId, appSecret, ...(oauthBase === null ? {} : { oauthBase }) };
  const found = await openidFromCode(account, "lingfu-doctor", (request) => exchange(request, PROBE_LIMITS));
  if (found.kind !== "refused") {
    const why = found.kind === "unknown" ? found.cause : "?";
    return [unknown("app_secret", say("notConfirmed", { why }))];
  }
  if (found.reason !== "not_permitted") return [ok("app_secret", say("secretAccepted"))];
  return [failed("app_secret", say("secretRefused", { detail: found.detail ?? "" }), say("resetAppSecret"))];
}
