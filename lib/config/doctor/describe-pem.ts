import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { BilingualText } from "#lib/base/finding.ts";

/** What a text that should be a key or a certificate really is. */
export type Pem =
  | { readonly kind: "private_key"; readonly publicDer: string }
  | { readonly kind: "public_key"; readonly publicDer: string }
  | { readonly kind: "certificate"; readonly publicDer: string; readonly certificate: CertificateFacts }
  | { readonly kind: "encrypted" | "truncated" | "not_rsa" | "too_short" | "not_pem" };

export interface CertificateFacts {
  /** Upper-case hex. */
  readonly serial: string;
  /** Told by its names alone: WeChat writes the merchant number into a merchant's, and Tenpay.com into its own. */
  readonly holder: "merchant" | "platform" | "unknown";
  readonly merchantNumber: string | null;
  readonly expiresAt: Date;
}

const RSA_BITS_MIN = 2048;

export function describePem(text: string): Pem {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? "";
  if (label === "") return { kind: "not_pem" };
  if (!text.includes(`-----END ${label}-----`)) return { kind: "truncated" };
  if (label.includes("ENCRYPTED") || /^Proc-Type:.*ENCRYPTED/m.test(text)) return { kind: "encrypted" };
  try {
    if (label.includes("CERTIFICATE")) return certificateOf(text);
    return label.includes("PRIVATE") ? privateKeyOf(text) : publicKeyOf(text);
  } catch {
    return { kind: "truncated" };
  }
}

const derOf = (key: ReturnType<typeof createPublicKey>): string =>
  key.export({ type: "spki", format: "der" }).toString("base64");

function privateKeyOf(text: string): Pem {
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType !== "rsa") return { kind: "not_rsa" };
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS_MIN) return { kind: "too_short" };
  return { kind: "private_key", publicDer: derOf(createPublicKey(text)) };
}

function publicKeyOf(text: string): Pem {
  const key = createPublicKey(text);
  return key.asymmetricKeyType === "rsa" ? { kind: "public_key", publicDer: derOf(key) } : { kind: "not_rsa" };
}

function certificateOf(text: string): Pem {
  const x509 = new X509Certificate(text);
  const names = `${x509.subject}\n${x509.issuer}`;
  const merchantNumber = /^CN=([0-9]{6,32})$/m.exec(x509.subject)?.[1] ?? null;
  const holder = merchantNumber !== null ? "merchant" : /Tenpay\.com/i.test(names) ? "platform" : "unknown";
  const certificate = {
    serial: x509.serialNumber.toUpperCase(),
    holder,
    merchantNumber,
    expiresAt: new Date(x509.validTo), // `validToDate` is missing in Node 20
  } as const;
  return { kind: "certificate", publicDer: derOf(x509.publicKey), certificate };
}

/** Half a sentence that says what it is: "… is a public key". */
export function wordsOf(pem: Pem): BilingualText {
  if (pem.kind !== "certificate") return WORDS[pem.kind];
  const { holder, serial } = pem.certificate;
  if (holder === "platform") {
    return { zh: `微信支付平台证书（${serial}）`, en: `a platform certificate of WeChat Pay (${serial})` };
  }
  if (holder === "merchant") return { zh: `商户API证书（${serial}）`, en: `a merchant API certificate (${serial})` };
  return { zh: `一张证书（${serial}）`, en: `a certificate (${serial})` };
}

const WORDS: Readonly<Record<Exclude<Pem["kind"], "certificate">, BilingualText>> = {
  private_key: { zh: "一把RSA私钥", en: "an RSA private key" },
  public_key: { zh: "一把公钥", en: "a public key" },
  encrypted: { zh: "加了密码的私钥", en: "a private key locked with a password" },
  truncated: { zh: "残缺的PEM文本（被截断或改动过）", en: "a broken PEM text, cut off or altered" },
  not_rsa: { zh: "不是RSA的密钥", en: "a key that is not RSA" },
  too_short: { zh: "不足2048位的RSA密钥", en: "an RSA key of less than 2048 bits" },
  not_pem: { zh: "不是PEM文本（也许是.p12文件或路径）", en: "no PEM text (perhaps a .p12 file, or a path)" },
};
