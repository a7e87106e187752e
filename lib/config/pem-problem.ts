import { createPublicKey } from "node:crypto";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import { describePem, type Pem, wordsOf } from "./doctor/describe-pem.ts";

/** What a text in PEM is to be. */
export type PemRole = "private_key" | "public_key" | "certificate";

const RSA_BITS_MIN = 2_048;
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
