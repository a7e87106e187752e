import type { KeyObject } from "node:crypto";
import { CLOCK_SKEW_S_MAX } from "#lib/base/limits.ts";
import { signedBytes } from "../crypto/canonical.ts";
import { verifyRsa } from "../crypto/rsa.ts";

// What answers and notices have in common. Source: wechatpay.md §3.1, §3.2.

const SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048";
const PROBE_PREFIX = "WECHATPAY/SIGNTEST/";

export interface HeaderReader {
  get(name: string): string | null;
}

/** The four headers are present, of a known type and current; nothing is proved yet. */
export interface ClaimedSignature {
  readonly kind: "claimed";
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  readonly serial: string;
}

export interface HeaderFault {
  readonly kind: "fault";
  readonly reason: "missing_headers" | "unsupported_signature" | "stale";
}

export function readSignature(headers: HeaderReader, now: Date): ClaimedSignature | HeaderFault {
  const timestamp = headers.get("wechatpay-timestamp");
  const nonce = headers.get("wechatpay-nonce");
  const signature = headers.get("wechatpay-signature");
  const serial = headers.get("wechatpay-serial");
  if (!timestamp || !nonce || !signature || !serial) return { kind: "fault", reason: "missing_headers" };
  if ((headers.get("wechatpay-signature-type") ?? SIGNATURE_TYPE) !== SIGNATURE_TYPE) {
    return { kind: "fault", reason: "unsupported_signature" };
  }
  if (!isOfThisMoment(timestamp, now)) return { kind: "fault", reason: "stale" };
  return { kind: "claimed", timestamp, nonce, signature, serial };
}

function isOfThisMoment(timestamp: string, now: Date): boolean {
  if (!/^[0-9]{1,12}$/.test(timestamp)) return false;
  return Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) <= CLOCK_SKEW_S_MAX;
}

export const signatureHolds = (claimed: ClaimedSignature, body: Uint8Array, key: KeyObject): boolean =>
  verifyRsa(signedBytes(claimed, body), claimed.signature, key);

/** WeChat Pay tests whether merchants verify signatures. This only names such a failed signature; it is rejected like any other. */
export const failureName = ({ signature }: ClaimedSignature): "probe" | "bad_signature" =>
  signature.startsWith(PROBE_PREFIX) ? "probe" : "bad_signature";
