import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import { type Finding, failed, ok, unknown } from "#lib/base/finding.ts";
import { plain, type Sentence, say } from "#lib/texts/sentence.ts";
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

// API v2: a query for an order that does not exist, and what its answer shows about the key. Source: wechatpay.md §11.

export interface V2CheckResult {
  readonly findings: readonly Finding[];
  /** null: unknown. */
  readonly keyIsRight: boolean | null;
}

export const signerOf = ({ appId, merchantNumber, v2 }: CheckableCredentials): V2Signer | null =>
  appId === null || merchantNumber === null || v2 === null
    ? null
    : { appId, merchantNumber, apiKey: v2.apiKey.reveal(), signType: v2.signType };

const query = (signer: V2Signer, way: ConnectionOptions): Promise<CallResult> =>
  callV2(signer, way, { path: "/pay/orderquery", fields: { out_trade_no: absentNumber() }, limits: PROBE_LIMITS });

const KEY: Sentence = say("whichV2Key");

/** @param alone only API v2 is configured, so its call also checks the connection */
export async function checkV2(signer: V2Signer, way: ConnectionOptions, alone: boolean): Promise<V2CheckResult> {
  const result = await query(signer, way);
  const only = (finding: Finding): Finding[] => (alone ? [finding] : []);
  const fields = result.kind === "answer" && result.status === 200 ? parseFields(result.body) : null;
  if (fields === null) {
    const why = result.kind === "no_answer" ? result.cause : `HTTP ${result.status}`;
    const evidence = say("queryNotAnswered", { why });
    const next = say("checkWayOutLater");
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

const TAKEN: Sentence = say("signatureAccepted");

/** A signed answer means that WeChat accepted our signature, so the key is right. */
function judgeSigned(fields: XmlTexts): Finding[] {
  const code = foldCode(textIn(fields, "err_code"));
  const app = judgeApp(code, oneLine(textIn(fields, "err_code_des")));
  return [ok("api_v2_key", TAKEN), ...(app.result === "failed" ? [app] : [])];
}

function verdictOn(isTrue: boolean): Finding {
  if (isTrue) return ok("answer_verified", say("answerSignatureValid"));
  return failed("answer_verified", say("answerSignatureInvalid"), say("proxyAltersAnswers"));
}

function judgeUnsigned(message: string, alone: boolean): V2CheckResult {
  const said = say("wechatAnswers", { message });
  if (/签名|sign/i.test(message)) return { findings: [failed("api_v2_key", said, KEY)], keyIsRight: false };
  const next = say("checkMerchantNumber");
  if (/mch_?id|商户号/i.test(message)) return { findings: [failed("merchant_number", said, next)], keyIsRight: null };
  if (/appid/i.test(message)) return { findings: [judgeApp("APPIDNOTEXIST", message)], keyIsRight: null };
  const finding = failed("signed_call", said, say("followAnswer"));
  return { findings: alone ? [finding] : [unknown("api_v2_key", said)], keyIsRight: null };
}

/** Whether this text is the API v2 key. It is proved by an HMAC, so the text itself is not sent. */
export async function isV2Key(
  apiKey: string,
  { appId, merchantNumber }: CheckableCredentials,
  way: ConnectionOptions,
): Promise<boolean> {
  if (appId === null || merchantNumber === null) return false;
  const result = await query({ appId, merchantNumber, apiKey, signType: "HMAC-SHA256" }, way);
  const fields = result.kind === "answer" ? parseFields(result.body) : null;
  return fields !== null && textIn(fields, "return_code") === "SUCCESS" && v2Verify(fields, apiKey, "HMAC-SHA256");
}

/** The merchant's certificate is shown for a bill of a day that has not come: refused for the day, if it is taken. */
export async function checkClientCertificate(
  credentials: CheckableCredentials,
  signer: V2Signer,
  way: ConnectionOptions,
): Promise<Finding[]> {
  const { certificatePem, keyPem } = credentials.v2 ?? { certificatePem: null, keyPem: null };
  if (certificatePem === null || keyPem === null || !way.apiBase.startsWith("https:")) return [];
  const agent = agentWithCertificate({ certificatePem, keyPem: keyPem.reveal(), caPem: credentials.apiCaPem });
  const fields = { bill_date: "20991231", account_type: "Basic" };
  const hmac = { ...signer, signType: "HMAC-SHA256" } as const;
  const result = await callV2(hmac, way, { path: "/pay/downloadfundflow", fields, agent, limits: PROBE_LIMITS });
  agent.destroy();
  if (result.kind === "no_answer") {
    return [unknown("merchant_certificate", say("notConfirmed", { why: result.cause }))];
  }
  const answer = parseFields(result.body);
  const said =
    answer === null
      ? `HTTP ${result.status}`
      : oneLine(`${textIn(answer, "return_msg")} ${textIn(answer, "err_code")}`);
  if (answer !== null && !/sign|cert|证书|签名/i.test(said)) {
    return [ok("merchant_certificate", say("certificateAccepted"))];
  }
  return [failed("merchant_certificate", plain(said), say("certificateNotAccepted"))];
}
