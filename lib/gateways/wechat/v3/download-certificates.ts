import type { KeyObject } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import type { Secret } from "#lib/base/secret.ts";
import { type Certificate, certificateFrom } from "../crypto/rsa.ts";
import { openGcm } from "../crypto/shared-key.ts";
import type { RawAnswer } from "../transport.ts";
import type { Caller } from "./call.ts";
import { foldCode } from "./error-table.ts";
import { failureName, readSignature, signatureHolds } from "./verify-signature.ts";
import { certificatesSchema, errorSchema, parseJson } from "./wire.ts";

export interface PlatformCertificate extends Certificate {
  readonly pem: string;
}

export type Download =
  | { readonly kind: "certificates"; readonly certificates: readonly PlatformCertificate[] }
  /** This merchant uses the public key alone and has none. */
  | { readonly kind: "none_for_us" }
  | { readonly kind: "failed"; readonly cause: string };

export interface DownloadOptions {
  readonly call: Caller;
  readonly apiV3Key: Secret<string>;
  readonly clock: Clock;
  /** Keys that were trusted before this download. */
  readonly knownKey: (serial: string) => KeyObject | null;
}

/**
 * Source: wechatpay.md §3.3. The first download can only be verified with itself: it is accepted when its
 * certificates open with our APIv3 key, carry the serials they claim, and one of them signed the answer.
 */
export async function downloadCertificates(options: DownloadOptions): Promise<Download> {
  const result = await options.call({ method: "GET", path: "/v3/certificates", body: "", repeatable: true });
  if (result.kind === "no_answer") return { kind: "failed", cause: result.cause };
  if (result.status === 404) {
    const code = foldCode(parseJson(result.body, errorSchema)?.code ?? "");
    return code === "RESOURCENOTEXISTS" ? { kind: "none_for_us" } : { kind: "failed", cause: "HTTP 404" };
  }
  return result.status === 200 ? readAnswer(result, options) : { kind: "failed", cause: `HTTP ${result.status}` };
}

function readAnswer({ headers, body }: RawAnswer, options: DownloadOptions): Download {
  const claimed = readSignature(headers, options.clock.now());
  if (claimed.kind === "fault") return { kind: "failed", cause: claimed.reason };
  const certificates = openAll(body, options);
  const inside = certificates.find((certificate) => certificate.serial === claimed.serial)?.key;
  const key = options.knownKey(claimed.serial) ?? inside;
  if (key === undefined) return { kind: "failed", cause: "signed with none of its certificates" };
  if (!signatureHolds(claimed, body, key)) return { kind: "failed", cause: failureName(claimed) };
  return certificates.length > 0
    ? { kind: "certificates", certificates }
    : { kind: "failed", cause: "no usable certificate in the answer" };
}

/** Every certificate that opens, is what it says it is, and has not expired; the others are passed over. */
function openAll(body: Buffer, { apiV3Key, clock }: DownloadOptions): PlatformCertificate[] {
  const entries = parseJson(body, certificatesSchema)?.data ?? [];
  return entries.flatMap(({ serial_no, encrypt_certificate: sealed }) => {
    if (sealed.algorithm !== "AEAD_AES_256_GCM") return [];
    const opened = openGcm({ ...sealed, associatedData: sealed.associated_data ?? "" }, apiV3Key.reveal());
    const certificate = opened === null ? null : usableCertificate(opened.toString("utf8"), clock.now());
    return certificate?.serial === serial_no ? [certificate] : [];
  });
}

/** @returns null when the text is no RSA certificate, or one whose time is over */
export function usableCertificate(pem: string, now: Date): PlatformCertificate | null {
  try {
    const certificate = certificateFrom(pem);
    return certificate.expiresAtMs > now.getTime() ? { ...certificate, pem } : null;
  } catch {
    return null;
  }
}
