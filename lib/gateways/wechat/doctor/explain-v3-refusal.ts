import { type Finding, failed } from "#lib/base/finding.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";

// Whom WeChat's refusal of a signed call is about. Its code is one for all; the message is read for a hint only, never for money.

export interface V3Fault {
  readonly status: number;
  /** Folded. */
  readonly code: string;
  readonly message: string;
}

const SERIAL: Sentence = say("serialAndKeyFromOneCertificate");
const NUMBER: Sentence = say("checkMerchantNumberOfCertificate");
const KEY: Sentence = say("keyOfThisSerial");
const PUBLIC_KEY_ID: Sentence = say("copyPublicKeyId");

/** The finding for a refusal of the query. */
export function explainV3Refusal(fault: V3Fault): Finding {
  const { status, code, message } = fault;
  const said: Sentence = say("wechatAnswersStatus", { status, code, message });
  if (code === "MCHNOTEXISTS") return failed("merchant_number", said, NUMBER);
  if (code === "PARAMERROR" && /Wechatpay-Serial|序列号|公钥/i.test(message))
    return failed("wechatpay_key", said, PUBLIC_KEY_ID);
  if (code === "SIGNERROR") {
    if (/序列号|serial/i.test(message)) return failed("merchant_certificate", said, SERIAL);
    if (/商户号|mchid/i.test(message)) return failed("merchant_number", said, NUMBER);
    return failed("private_key", said, KEY);
  }
  if (code === "NOAUTH") {
    return failed("signed_call", said, say("openPaymentProducts"));
  }
  return failed("signed_call", said, say("followAnswerOrRetry"));
}
