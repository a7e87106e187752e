import { type BilingualText, type Finding, failed } from "#lib/base/finding.ts";

// Whom WeChat's refusal of a signed call is about. Its code is one for all; the message is read for a hint only, never for money.

export interface V3Fault {
  readonly status: number;
  /** Folded. */
  readonly code: string;
  readonly message: string;
}

const SERIAL: BilingualText = {
  zh: "serial_no 要与 private_key 取自同一张商户API证书；不要填微信支付平台证书的序列号。查看：openssl x509 -in apiclient_cert.pem -noout -serial。",
  en: "serial_no and private_key must be of the same merchant API certificate, and not of WeChat Pay's platform certificate: openssl x509 -in apiclient_cert.pem -noout -serial.",
};
const NUMBER: BilingualText = {
  zh: "核对 mch_id：商户平台 → 账户中心 → 商户信息；它要与申请证书的商户号相同。",
  en: "Check mch_id at merchant platform → 账户中心 → 商户信息; it must be the number that the certificate was issued to.",
};
const KEY: BilingualText = {
  zh: "private_key 不属于 serial_no 这张证书：使用同一次下载的 apiclient_key.pem 与证书序列号。",
  en: "private_key does not belong to the certificate with this serial_no: take apiclient_key.pem and the serial from the same download.",
};
const PUBLIC_KEY_ID: BilingualText = {
  zh: "wechatpay_public_key_id 不被微信承认：到商户平台 → 账户中心 → API安全 → 微信支付公钥 复制公钥ID。",
  en: "WeChat does not know this wechatpay_public_key_id: copy it from merchant platform → 账户中心 → API安全 → 微信支付公钥.",
};

/** The finding that a refusal of the query stands for. */
export function explainV3Refusal(fault: V3Fault): Finding {
  const { status, code, message } = fault;
  const said: BilingualText = {
    zh: `微信答复 ${status} ${code}：${message}`,
    en: `WeChat says ${status} ${code}: ${message}`,
  };
  if (code === "MCHNOTEXISTS") return failed("merchant_number", said, NUMBER);
  if (code === "PARAMERROR" && /Wechatpay-Serial|序列号|公钥/i.test(message))
    return failed("wechatpay_key", said, PUBLIC_KEY_ID);
  if (code === "SIGNERROR") {
    if (/序列号|serial/i.test(message)) return failed("merchant_certificate", said, SERIAL);
    if (/商户号|mchid/i.test(message)) return failed("merchant_number", said, NUMBER);
    return failed("private_key", said, KEY);
  }
  if (code === "NOAUTH") {
    return failed("signed_call", said, {
      zh: "商户号没有这项权限：在商户平台 → 产品中心 开通所需的支付产品。",
      en: "The merchant may not do this: open the payment products at merchant platform → 产品中心.",
    });
  }
  return failed("signed_call", said, {
    zh: "按答复的说明处理；若是 5xx 或 429，稍后再试。",
    en: "Act on what the answer says; for 5xx and 429 try again later.",
  });
}
