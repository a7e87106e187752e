import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { type Sentence, say } from "#lib/texts/sentence.ts";

/** What a text that should be a key or a certificate really is. */
export type Pem =
  | { readonly kind: "private_key"; readonly publicDer: string }
  | { readonly kind: "public_key"; readonly publicDer: string }
  | { readonly kind: "certificate"; readonly publicDer: string; readonly certificate: CertificateFacts }
  | { readonly kind: "encrypted" | "truncated" | "not_rsa" | "too_short" | "not_pem" };

export interface CertificateFacts {
  /** Upper-case hex. */
  readonly serial: string;
  /** Judged by its names: WeChat writes the merchant number into a merchant's certificate, and Tenpay.com into its own. */
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

/** The end of a sentence: "… is a public key". */
export function wordsOf(pem: Pem): Sentence {
  if (pem.kind !== "certificate") return WORDS[pem.kind];
  const { holder, serial } = pem.certificate;
  if (holder === "platform") {
    return say("pemPlatformCertificate", { serial });
  }
  if (holder === "merchant") return say("pemMerchantCertificate", { serial });
  return say("pemCertificate", { serial });
}

const WORDS: Readonly<Record<Exclude<Pem["kind"], "certificate">, Sentence>> = {
  private_key: say("pemPrivateKey"),
  public_key: say("pemPublicKey"),
  encrypted: say("pemEncrypted"),
  truncated: say("pemTruncated"),
  not_rsa: say("pemNotRsa"),
  too_short: say("pemTooShort"),
  not_pem: say("pemNone"),
};

/** What a text in PEM is to be. */
export type PemRole = "private_key" | "public_key" | "certificate";

const FORMS: Readonly<Record<PemRole, Sentence>> = {
  private_key: say("pemPrivateKeyForm", { bits: RSA_BITS_MIN }),
  public_key: say("pemPublicKeyForm"),
  certificate: say("pemCertificateForm"),
};

/** What is wrong with the text, and what it is instead; null when it is what it should be. */
export function pemProblem(text: string, role: PemRole): Sentence | null {
  const pem = describePem(text);
  if (pem.kind === role && !isShort(pem)) return null;
  const form = FORMS[role];
  const found = wordsOf(pem.kind === role ? { kind: "too_short" } : pem);
  return say("pemInstead", { form, found });
}

function isShort(pem: Pem): boolean {
  if (pem.kind !== "public_key") return false;
  const key = createPublicKey({ key: Buffer.from(pem.publicDer, "base64"), format: "der", type: "spki" });
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS_MIN;
}

/** The public half of a key or certificate, to compare two of them; null if the text is neither. */
export function publicHalf(text: string | undefined): string | null {
  const pem = text === undefined ? null : describePem(text);
  return pem !== null && "publicDer" in pem ? pem.publicDer : null;
}

/** Upper-case hex; null if it is not a certificate. */
export function serialOf(text: string | undefined): string | null {
  const pem = text === undefined ? null : describePem(text);
  return pem?.kind === "certificate" ? pem.certificate.serial : null;
}
