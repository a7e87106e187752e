import type { Examinee } from "#lib/base/examinee.ts";
import { type BilingualText, type Finding, failed, ok, same, unknown } from "#lib/base/finding.ts";
import { v2Verify } from "../crypto/shared-key.ts";
import type { CallResult } from "../send-with-backup.ts";
import { agentWithCertificate } from "../transport.ts";
import { callV2, type V2Signer } from "../v2/call.ts";
import { oneLine, textIn } from "../v2/wire.ts";
import { parseFields, type XmlTexts } from "../v2/xml.ts";
import { foldCode } from "../v3/error-table.ts";
import { judgeApp } from "./check-app.ts";
import { type ConnectionOptions, PROBE_LIMITS } from "./check-options.ts";
import { absentNumber } from "./check-v3.ts";

// API v2: a query for what does not exist, and what its answer says of the key. Source: wechatpay.md §11.

export interface V2CheckResult {
  readonly findings: readonly Finding[];
  /** null: unknown. */
  readonly keyIsRight: boolean | null;
}

export const signerOf = ({ appId, merchantNumber, v2 }: Examinee): V2Signer | null =>
  appId === null || merchantNumber === null || v2 === null
    ? null
    : { appId, merchantNumber, apiKey: v2.apiKey.reveal(), signType: v2.signType };

const query = (signer: V2Signer, way: ConnectionOptions): Promise<CallResult> =>
  callV2(signer, way, { path: "/pay/orderquery", fields: { out_trade_no: absentNumber() }, limits: PROBE_LIMITS });

const KEY: BilingualText = {
  zh: "api_key 填 APIv2 密钥：商户平台 → 账户中心 → API安全 → APIv2密钥；它与 APIv3 密钥是两把钥匙。",
  en: "api_key takes the API v2 key: merchant platform → 账户中心 → API安全 → APIv2密钥; the APIv3 key is another one.",
};

/** @param alone API v2 is all there is, so that its call stands for the connection as well */
export async function checkV2(signer: V2Signer, way: ConnectionOptions, alone: boolean): Promise<V2CheckResult> {
  const result = await query(signer, way);
  const only = (finding: Finding): Finding[] => (alone ? [finding] : []);
  const fields = result.kind === "answer" && result.status === 200 ? parseFields(result.body) : null;
  if (fields === null) {
    const why = result.kind === "no_answer" ? result.cause : `HTTP ${result.status}`;
    const evidence = { zh: `查询没有得到答复：${why}`, en: `no answer to a query: ${why}` };
    const next = {
      zh: "检查 api_base、出口代理与防火墙，稍后重试。",
      en: "Look at api_base, outgoing proxies and firewalls, and try again later.",
    };
    return {
      findings: [...only(failed("signed_call", evidence, next)), unknown("api_v2_key", evidence)],
      keyIsRight: null,
    };
  }
  if (textIn(fields, "return_code") === "FAIL") return judgeUnsigned(oneLine(textIn(fields, "return_msg")), alone);
  const isTrue = v2Verify(fields, signer.apiKey, signer.signType);
  return {
    findings: [...judgeSigned(fields), ...only(verdictOn(isTrue)), ...only(ok("signed_call", TAKEN))],
    keyIsRight: true,
  };
}

const TAKEN: BilingualText = { zh: "微信接受了签名", en: "WeChat took our signature" };

/** A signed answer means that WeChat accepted our signature, so the key is right. */
function judgeSigned(fields: XmlTexts): Finding[] {
  const code = foldCode(textIn(fields, "err_code"));
  const app = judgeApp(code, oneLine(textIn(fields, "err_code_des")));
  return [ok("api_v2_key", TAKEN), ...(app.result === "failed" ? [app] : [])];
}

function verdictOn(isTrue: boolean): Finding {
  if (isTrue) return ok("answer_verified", { zh: "答复的签名验证通过", en: "the signature of the answer holds" });
  return failed(
    "answer_verified",
    { zh: "答复的签名验证不过", en: "the signature of the answer does not hold" },
    { zh: "有代理改动了答复：检查出口代理。", en: "A proxy alters the answers: look at outgoing proxies." },
  );
}

function judgeUnsigned(message: string, alone: boolean): V2CheckResult {
  const said = { zh: `微信答复：${message}`, en: `WeChat says: ${message}` };
  if (/签名|sign/i.test(message)) return { findings: [failed("api_v2_key", said, KEY)], keyIsRight: false };
  const next = {
    zh: "核对 mch_id：商户平台 → 账户中心 → 商户信息。",
    en: "Check mch_id at merchant platform → 账户中心 → 商户信息.",
  };
  if (/mch_?id|商户号/i.test(message)) return { findings: [failed("merchant_number", said, next)], keyIsRight: null };
  if (/appid/i.test(message)) return { findings: [judgeApp("APPIDNOTEXIST", message)], keyIsRight: null };
  const finding = failed("signed_call", said, { zh: "按答复的说明处理。", en: "Act on what the answer says." });
  return { findings: alone ? [finding] : [unknown("api_v2_key", said)], keyIsRight: null };
}

/** Whether this text is the API v2 key. It is proved by an HMAC, so the text itself is not sent. */
export async function isV2Key(
  apiKey: string,
  { appId, merchantNumber }: Examinee,
  way: ConnectionOptions,
): Promise<boolean> {
  if (appId === null || merchantNumber === null) return false;
  const result = await query({ appId, merchantNumber, apiKey, signType: "HMAC-SHA256" }, way);
  const fields = result.kind === "answer" ? parseFields(result.body) : null;
  return fields !== null && textIn(fields, "return_code") === "SUCCESS" && v2Verify(fields, apiKey, "HMAC-SHA256");
}

/** The merchant's certificate is shown for a bill of a day that has not come: refused for the day, if it is taken. */
export async function checkClientCertificate(
  examinee: Examinee,
  signer: V2Signer,
  way: ConnectionOptions,
): Promise<Finding[]> {
  const { certificatePem, keyPem } = examinee.v2 ?? { certificatePem: null, keyPem: null };
  if (certificatePem === null || keyPem === null || !way.apiBase.startsWith("https:")) return [];
  const agent = agentWithCertificate({ certificatePem, keyPem: keyPem.reveal(), caPem: examinee.apiCaPem });
  const fields = { bill_date: "20991231", account_type: "Basic" };
  const hmac = { ...signer, signType: "HMAC-SHA256" } as const;
  const result = await callV2(hmac, way, { path: "/pay/downloadfundflow", fields, agent, limits: PROBE_LIMITS });
  agent.destroy();
  if (result.kind === "no_answer") {
    return [
      unknown("merchant_certificate", { zh: `未能确认：${result.cause}`, en: `cannot be told: ${result.cause}` }),
    ];
  }
  const answer = parseFields(result.body);
  const said =
    answer === null
      ? `HTTP ${result.status}`
      : oneLine(`${textIn(answer, "return_msg")} ${textIn(answer, "err_code")}`);
  if (answer !== null && !/sign|cert|证书|签名/i.test(said)) {
    return [ok("merchant_certificate", { zh: "微信接受，退款可用", en: "WeChat takes it: refunds will go out" })];
  }
  return [
    failed("merchant_certificate", same(said), {
      zh: "cert_path 与 key_path 要是这个商户号当前有效的商户API证书（apiclient_cert.pem 与 apiclient_key.pem）。",
      en: "cert_path and key_path must be the merchant API certificate in force for this merchant number (apiclient_cert.pem and apiclient_key.pem).",
    }),
  ];
}
