import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import type { Examinee } from "#lib/base/examinee.ts";
import { type Finding, failed, ok, unknown } from "#lib/base/finding.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { privateKeyFrom } from "../crypto/rsa.ts";
import type { CallResult } from "../send-with-backup.ts";
import { type Caller, createCaller } from "../v3/call.ts";
import { foldCode } from "../v3/error-table.ts";
import { failureName, readSignature, signatureHolds } from "../v3/verify-signature.ts";
import { errorSchema, parseJson } from "../v3/wire.ts";
import { type CertificatesFound, judgeCertificates } from "./certificates.ts";
import { type ConnectionOptions, PROBE_LIMITS, type WechatCheckOptions } from "./check-options.ts";
import { explainV3Refusal } from "./explain-v3-refusal.ts";

// API v3: calls that change nothing, and what their answers say of the keys. Source: wechatpay.md §2, §3, §5, §6.7.

type Ready = Examinee & { readonly v3: NonNullable<Examinee["v3"]>; readonly merchantNumber: string };
type V3Request = (method: "GET" | "POST", path: string, body?: object) => Promise<CallResult>;

export interface V3CheckResult {
  readonly findings: readonly Finding[];
  readonly certificates: CertificatesFound;
  /** null: WeChat did not take our signature, so nothing more is to be asked. */
  readonly ask: V3Request | null;
}

/** A number that surely does not exist: 128 random bits under a prefix of our own. */
export const absentNumber = (): string => `LFDOC${randomBytes(13).toString("hex").toUpperCase()}`;

export async function checkV3(
  examinee: Ready,
  way: ConnectionOptions,
  { clock }: WechatCheckOptions,
): Promise<V3CheckResult> {
  const { merchantNumber, v3 } = examinee;
  const privateKey = privateKeyFrom(v3.privateKeyPem.reveal());
  const signer = { merchantNumber, serialNo: v3.serialNo, privateKey, clock };
  const call: Caller = createCaller({ ...signer, ...way, publicKeyId: v3.publicKeyId });
  const ask: V3Request = (method, path, body) =>
    call({
      method,
      path,
      body: body === undefined ? "" : JSON.stringify(body),
      repeatable: false,
      limits: PROBE_LIMITS,
    });
  const query = `/v3/pay/transactions/out-trade-no/${absentNumber()}?mchid=${encodeURIComponent(merchantNumber)}`;
  const [queried, downloaded] = await Promise.all([ask("GET", query), ask("GET", "/v3/certificates")]);
  const certificates = judgeCertificates(downloaded, examinee, clock.now());
  const asked = judgeQuery(queried);
  const isTaken = asked.check === "signed_call" && asked.result === "ok";
  // The refusal names another cause, so the call itself proves nothing.
  const lost = asked.check === "signed_call" ? [] : [unknown("signed_call", NOT_TAKEN)];
  return { findings: [asked, ...lost, ...certificates.findings], certificates, ask: isTaken ? ask : null };
}

function judgeQuery(result: CallResult): Finding {
  if (result.kind === "no_answer") return noAnswer(result.cause);
  if (result.status === 200) return ok("signed_call", { zh: "查询成功", en: "the query was answered" });
  const error = parseJson(result.body, errorSchema);
  if (error === null) {
    return failed(
      "signed_call",
      { zh: `答复 HTTP ${result.status} 不是微信的格式`, en: `HTTP ${result.status} in a form that is not WeChat's` },
      {
        zh: "检查 api_base 与出口代理：答复的不是微信支付。",
        en: "Look at api_base and any outgoing proxy: it is not WeChat Pay that answers.",
      },
    );
  }
  const code = foldCode(error.code);
  if (result.status === 404 && code === "ORDERNOTEXIST") {
    return ok("signed_call", { zh: "微信接受了签名", en: "WeChat took our signature" });
  }
  return explainV3Refusal({ status: result.status, code, message: error.message });
}

const NOT_TAKEN = { zh: "微信没有接受签名", en: "WeChat did not take our signature" };

const noAnswer = (cause: string): Finding =>
  failed(
    "signed_call",
    { zh: `签名请求没有得到答复：${cause}`, en: `no answer to a signed call: ${cause}` },
    {
      zh: "网络可达却无答复：检查出口代理与防火墙是否拦截；稍后重试，仍不行请带上时间联系微信支付。",
      en: "The host is there and does not answer: look at outgoing proxies and firewalls, and try again later.",
    },
  );

/** Every key that may have signed the answer, by its serial. */
function keysOf({ v3 }: Ready, { certificates }: CertificatesFound): Map<string, KeyObject> {
  const keys = new Map(certificates.map(({ serial, key }) => [serial, key]));
  if (v3.publicKeyId !== null && v3.publicKeyPem !== null) keys.set(v3.publicKeyId, createPublicKey(v3.publicKeyPem));
  return keys;
}

/**
 * WeChat's echo: a signed 2xx, which is all that an answer can be verified by. One with a signature probe is asked for again.
 * @param notifyUrl given, WeChat sends a notice there as well
 */
export async function checkEcho(
  examinee: Ready,
  { ask, certificates }: { ask: V3Request; certificates: CertificatesFound },
  { clock, notifyUrl }: { clock: WechatCheckOptions["clock"]; notifyUrl: string | null },
): Promise<Finding> {
  const keys = keysOf(examinee, certificates);
  const body = { echo_message: "lingfu doctor" };
  const first = await ask("POST", ECHO, notifyUrl === null ? body : { ...body, notify_url: notifyUrl });
  if (first.kind === "no_answer") return noAnswer(first.cause);
  const verdict = judgeAnswer(first, keys, clock.now());
  // Nothing can be said of keys that lie in certificates which did not open.
  if (certificates.keyOpens === false && verdict !== "probe" && verdict.check === "wechatpay_key") return unopened;
  return verdict === "probe" ? probed(judgeAnswer(await ask("POST", ECHO, body), keys, clock.now())) : verdict;
}

const ECHO = "/v3/security/echo";
const CHECK = "answer_verified";

const unopened = unknown(CHECK, {
  zh: "平台证书无法解开，无从验签",
  en: "the certificates it could be verified with did not open",
});

function probed(again: Finding | "probe"): Finding {
  return again === "probe"
    ? unknown(CHECK, {
        zh: "两次都遇到签名探测，请再体检一次",
        en: "two signature probes in a row: try once more",
      })
    : again;
}

function judgeAnswer(result: CallResult, keys: ReadonlyMap<string, KeyObject>, now: Date): Finding | "probe" {
  if (result.kind === "no_answer") {
    return unknown(CHECK, { zh: `没有答复：${result.cause}`, en: `no answer: ${result.cause}` });
  }
  if (result.status < 200 || result.status >= 300) {
    return unknown(CHECK, {
      zh: `微信答复 HTTP ${result.status}，无从验签`,
      en: `HTTP ${result.status}: nothing to verify`,
    });
  }
  const claimed = readSignature(result.headers, now);
  if (claimed.kind === "fault") return faultOf(claimed.reason, result.headers.get("wechatpay-timestamp"), now);
  const key = keys.get(claimed.serial);
  if (key === undefined) {
    return failed(
      "wechatpay_key",
      {
        zh: `微信用 ${claimed.serial} 签名，配置中没有它`,
        en: `WeChat signs with ${claimed.serial}, which is not in the configuration`,
      },
      {
        zh: claimed.serial.startsWith("PUB_KEY_ID_")
          ? "该商户已启用微信支付公钥：把公钥与这个公钥ID填入 wechatpay_public_key 与 wechatpay_public_key_id。"
          : "微信仍用平台证书签名：删去 wechatpay_public_key(_id)，或到商户平台完成公钥切换。",
        en: claimed.serial.startsWith("PUB_KEY_ID_")
          ? "This merchant uses WeChat Pay's public key: put it and this id into wechatpay_public_key and wechatpay_public_key_id."
          : "WeChat still signs with platform certificates: leave wechatpay_public_key(_id) out, or finish the change on the merchant platform.",
      },
    );
  }
  if (signatureHolds(claimed, result.body, key)) {
    return ok(CHECK, { zh: `签名由 ${claimed.serial} 验证通过`, en: `the signature holds with ${claimed.serial}` });
  }
  return failureName(claimed) === "probe" ? "probe" : forged(claimed.serial);
}

const forged = (serial: string): Finding =>
  failed(
    CHECK,
    { zh: `答复的签名（${serial}）验证不过`, en: `the signature of the answer (${serial}) does not hold` },
    {
      zh: "wechatpay_public_key 与 wechatpay_public_key_id 要是同一把公钥；若确认无误，则有代理改动了答复。",
      en: "wechatpay_public_key must be the key of wechatpay_public_key_id; where both are right, a proxy alters the answers.",
    },
  );

function faultOf(reason: string, timestamp: string | null, now: Date): Finding {
  const offS = Math.round(now.getTime() / SECOND_MS) - Number(timestamp);
  if (reason === "stale" && Number.isFinite(offS)) {
    return failed(
      CHECK,
      { zh: `答复签名的时间与本机相差 ${offS} 秒`, en: `the answer was signed ${offS} s away from this clock` },
      {
        zh: "若“时钟”一项正常，则是中间的代理缓存了旧答复：不要缓存发往微信的请求。",
        en: "Where the clock is right, a proxy in between answers from its cache: do not cache calls to WeChat.",
      },
    );
  }
  return failed(
    CHECK,
    { zh: "答复没有可用的签名头", en: "the answer carries no signature headers" },
    {
      zh: "Wechatpay-* 响应头被代理去掉，或答复的不是微信支付：检查出口代理与 api_base。",
      en: "A proxy strips the Wechatpay-* headers, or it is not WeChat Pay that answers: look at outgoing proxies and api_base.",
    },
  );
}
