import { createPublicKey } from "node:crypto";
import type { BilingualText } from "#lib/base/finding.ts";
import { describePem, type Pem, wordsOf } from "./doctor/describe-pem.ts";

/** What a text in PEM is to be. */
export type PemRole = "private_key" | "public_key" | "certificate";

const RSA_BITS_MIN = 2_048;
const FORMS: Readonly<Record<PemRole, BilingualText>> = {
  private_key: {
    zh: `必须是至少 ${RSA_BITS_MIN} 位的 RSA 私钥，PEM 格式（apiclient_key.pem）`,
    en: `must be an RSA private key of at least ${RSA_BITS_MIN} bits in PEM (apiclient_key.pem)`,
  },
  public_key: {
    zh: "必须是微信支付公钥，PEM 格式（pub_key.pem）",
    en: "must be WeChat Pay's RSA public key in PEM (pub_key.pem)",
  },
  certificate: {
    zh: "必须是证书，PEM 格式",
    en: "must be a certificate in PEM",
  },
};

/** What is wrong with the text, and what it is instead; null when it is what it should be. */
export function pemProblem(text: string, role: PemRole): BilingualText | null {
  const pem = describePem(text);
  if (pem.kind === role && !isShort(pem)) return null;
  const form = FORMS[role];
  const found = wordsOf(pem.kind === role ? { kind: "too_short" } : pem);
  return { zh: `${form.zh}；这是${found.zh}`, en: `${form.en}; this is ${found.en}` };
}

function isShort(pem: Pem): boolean {
  if (pem.kind !== "public_key") return false;
  const key = createPublicKey({ key: Buffer.from(pem.publicDer, "base64"), format: "der", type: "spki" });
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS_MIN;
}

/** The public half of a key or certificate, by which two are known to belong together; null where the text is neither. */
export function publicHalf(text: string | undefined): string | null {
  const pem = text === undefined ? null : describePem(text);
  return pem !== null && "publicDer" in pem ? pem.publicDer : null;
}

/** Upper-case hex; null where it is no certificate. */
export function serialOf(text: string | undefined): string | null {
  const pem = text === undefined ? null : describePem(text);
  return pem?.kind === "certificate" ? pem.certificate.serial : null;
}
