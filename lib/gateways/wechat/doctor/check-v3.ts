import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import { type Finding, failed, ok, unknown } from "#lib/base/finding.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { say } from "#lib/texts/sentence.ts";
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

type Ready = CheckableCredentials & {
  readonly v3: NonNullable<CheckableCredentials["v3"]>;
  readonly merchantNumber: string;
};
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
  credentials: Ready,
  way: ConnectionOptions,
  { clock }: WechatCheckOptions,
): Promise<V3CheckResult> {
  const { merchantNumber, v3 } = credentials;
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
  const certificates = judgeCertificates(downloaded, credentials, clock.now());
  const asked = judgeQuery(queried);
  const isTaken = asked.check === "signed_call" && asked.result === "ok";
  // The refusal names another cause, so the call itself proves nothing.
  const lost = asked.check === "signed_call" ? [] : [unknown("signed_call", NOT_TAKEN)];
  return { findings: [asked, ...lost, ...certificates.findings], certificates, ask: isTaken ? ask : null };
}

function judgeQuery(result: CallResult): Finding {
  if (result.kind === "no_answer") return noAnswer(result.cause);
  if (result.status === 200) return ok("signed_call", say("querySucceeded"));
  const error = parseJson(result.body, errorSchema);
  if (error === null) {
    return failed("signed_call", say("answerNotWechats", { status: result.status }), say("notWechatAnswering"));
  }
  const code = foldCode(error.code);
  if (result.status === 404 && code === "ORDERNOTEXIST") {
    return ok("signed_call", say("signatureAccepted"));
  }
  return explainV3Refusal({ status: result.status, code, message: error.message });
}

const NOT_TAKEN = say("signatureNotAccepted");

const noAnswer = (cause: string): Finding =>
  failed("signed_call", say("signedCallNotAnswered", { cause }), say("hostDoesNotAnswer"));

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
  credentials: Ready,
  { ask, certificates }: { ask: V3Request; certificates: CertificatesFound },
  { clock, notifyUrl }: { clock: WechatCheckOptions["clock"]; notifyUrl: string | null },
): Promise<Finding> {
  const keys = keysOf(credentials, certificates);
  const body = { echo_message: "lingfu doctor" };
  const first = await ask("POST", ECHO, notifyUrl === null ? body : { ...body, notify_url: notifyUrl });
  if (first.kind === "no_answer") return noAnswer(first.cause);
  const verdict = judgeAnswer(first, keys, clock.now());
  // Keys in certificates that could not be decrypted are unknown.
  if (certificates.keyOpens === false && verdict !== "probe" && verdict.check === "wechatpay_key") return unopened;
  return verdict === "probe" ? probed(judgeAnswer(await ask("POST", ECHO, body), keys, clock.now())) : verdict;
}

const ECHO = "/v3/security/echo";
const CHECK = "answer_verified";

const unopened = unknown(CHECK, say("noCertificateToVerifyWith"));

function probed(again: Finding | "probe"): Finding {
  return again === "probe" ? unknown(CHECK, say("twoSignatureProbes")) : again;
}

function judgeAnswer(result: CallResult, keys: ReadonlyMap<string, KeyObject>, now: Date): Finding | "probe" {
  if (result.kind === "no_answer") {
    return unknown(CHECK, say("noAnswer", { cause: result.cause }));
  }
  if (result.status < 200 || result.status >= 300) {
    return unknown(CHECK, say("nothingToVerify", { status: result.status }));
  }
  const claimed = readSignature(result.headers, now);
  if (claimed.kind === "fault") return faultOf(claimed.reason, result.headers.get("wechatpay-timestamp"), now);
  const key = keys.get(claimed.serial);
  if (key === undefined) {
    return failed(
      "wechatpay_key",
      say("signedWithUnknownKey", { serial: claimed.serial }),
      say(claimed.serial.startsWith("PUB_KEY_ID_") ? "takePublicKeyOfId" : "stillCertificates"),
    );
  }
  if (signatureHolds(claimed, result.body, key)) {
    return ok(CHECK, say("signatureHoldsWith", { serial: claimed.serial }));
  }
  return failureName(claimed) === "probe" ? "probe" : forged(claimed.serial);
}

const forged = (serial: string): Finding =>
  failed(CHECK, say("signatureOfAnswerInvalid", { serial }), say("publicKeyMustFitId"));

function faultOf(reason: string, timestamp: string | null, now: Date): Finding {
  const offS = Math.round(now.getTime() / SECOND_MS) - Number(timestamp);
  if (reason === "stale" && Number.isFinite(offS)) {
    return failed(CHECK, say("answerSignedAtAnotherTime", { seconds: offS }), say("proxyCaches"));
  }
  return failed(CHECK, say("noSignatureHeaders"), say("proxyStripsHeaders"));
}
