import type { BilingualText } from "#lib/base/finding.ts";

// What people call the fields of payment_config.json.

const NAMES: Readonly<Record<string, BilingualText>> = {
  appid: { zh: "应用 ID", en: "App id" },
  mch_id: { zh: "商户号", en: "Merchant number" },
  notify_url: { zh: "通知地址", en: "Notify address" },
  api_base: { zh: "接口地址", en: "API address" },
  oauth_base: { zh: "授权地址", en: "OAuth address" },
  serial_no: { zh: "商户证书序列号", en: "Serial of the merchant certificate" },
  wechatpay_public_key_id: { zh: "微信支付公钥 ID", en: "Id of WeChat Pay's public key" },
  sign_type: { zh: "v2 签名方式", en: "Signature of API v2" },
  merchant_name: { zh: "商户名称", en: "Merchant's name" },
  industry: { zh: "行业", en: "Industry" },
  brand: { zh: "付款页外观", en: "Look of the pay page" },
  extra_money_policy: { zh: "多收的钱", en: "Extra money" },
  extra_money_delay_s: { zh: "多收的钱退回前等待（秒）", en: "Extra money waits (s)" },
  api_v3_key: { zh: "APIv3 密钥", en: "APIv3 key" },
  private_key: { zh: "商户私钥", en: "Merchant's private key" },
  wechatpay_public_key: { zh: "微信支付公钥", en: "WeChat Pay's public key" },
  api_key: { zh: "APIv2 密钥", en: "API v2 key" },
  cert: { zh: "商户证书", en: "Merchant certificate" },
  key: { zh: "商户证书私钥", en: "Key of the merchant certificate" },
  app_secret: { zh: "AppSecret", en: "App secret" },
  api_ca: { zh: "接口的根证书", en: "Authority of the API address" },
};

/** @returns the field's own name where it has no other */
export const fieldWords = (field: string): BilingualText => NAMES[field] ?? { zh: field, en: field };
