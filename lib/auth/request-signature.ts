import { createHmac, timingSafeEqual } from "node:crypto";
import { CLOCK_SKEW_S_MAX, NONCE_CHARS_MAX } from "#lib/base/limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";

export const SIGNATURE_SCHEME = "PAY-HMAC-SHA256";

/** The parts of `Authorization: PAY-HMAC-SHA256 key_id="…",nonce="…",timestamp="…",signature="…"`. */
export interface RequestSignature {
  readonly keyId: string;
  readonly nonce: string;
  /** Seconds since 1970, as the caller wrote them: the text is signed. */
  readonly timestamp: string;
  readonly signature: Uint8Array;
}

/** What is signed. `target` is path and query exactly as they came over the wire. */
export interface SignedParts {
  readonly method: string;
  readonly target: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly body: Uint8Array;
}

/** Which part of a signed request does not fit, and what is wrong with it. */
export interface SignatureProblem {
  readonly part: "header" | "key" | "timestamp" | "nonce" | "signature";
  readonly problem: string;
}

const PART = /^\s*([a-z_]+)="([^"]*)"\s*$/;
const NAMES = ["key_id", "nonce", "timestamp", "signature"] as const;
const NONCE_FORM = new RegExp(`^[\\x21-\\x7e]{1,${NONCE_CHARS_MAX}}$`);
const TIMESTAMP_FORM = /^[1-9][0-9]{0,11}$/;
/** 32 bytes in base64. */
const SIGNATURE_FORM = /^[A-Za-z0-9+/]{43}=$/;

/** Reads the parameters after the scheme, in any order, each exactly once. */
export function parseSignature(parameters: string): RequestSignature | SignatureProblem {
  const parts = new Map<string, string>();
  for (const piece of parameters.split(",")) {
    const [, name, value] = PART.exec(piece) ?? [];
    if (name === undefined || value === undefined) return { part: "header", problem: FORM };
    if (parts.has(name)) return { part: "header", problem: `the Authorization header names ${name} twice` };
    parts.set(name, value);
  }
  const missing = NAMES.find((name) => !parts.get(name));
  if (missing !== undefined) return { part: PARTS[missing], problem: `the Authorization header has no ${missing}` };
  if (parts.size !== NAMES.length) return { part: "header", problem: FORM };
  const [keyId = "", nonce = "", timestamp = "", signature = ""] = NAMES.map((name) => parts.get(name));
  if (!NONCE_FORM.test(nonce)) {
    return {
      part: "nonce",
      problem: `the nonce must be 1 to ${NONCE_CHARS_MAX} printable ASCII characters without spaces`,
    };
  }
  if (!TIMESTAMP_FORM.test(timestamp)) {
    return { part: "timestamp", problem: "the timestamp must be whole seconds since 1970, such as 1767225600" };
  }
  if (!SIGNATURE_FORM.test(signature)) return { part: "signature", problem: formOfSignature(signature) };
  return { keyId, nonce, timestamp, signature: Buffer.from(signature, "base64") };
}

const FORM = `the Authorization header is not of the form ${SIGNATURE_SCHEME} key_id="…",nonce="…",timestamp="…",signature="…"`;
const PARTS = { key_id: "key", nonce: "nonce", timestamp: "timestamp", signature: "signature" } as const;

function formOfSignature(signature: string): string {
  const wanted = "the signature must be the base64 of 32 bytes, 44 characters";
  if (/^[0-9a-f]{64}$/i.test(signature)) return `${wanted}; this one is hexadecimal`;
  if (/^[A-Za-z0-9_-]{43}=?$/.test(signature)) return `${wanted}; this one is base64url or lacks its last "="`;
  return `${wanted}; this one has ${signature.length}`;
}

/** What is wrong with the timestamp; null within the window around `now`. */
export function timestampProblem(timestamp: string, now: Date): SignatureProblem | null {
  const offS = Math.round(now.getTime() / SECOND_MS - Number(timestamp));
  if (Math.abs(Number(timestamp) - now.getTime() / SECOND_MS) <= CLOCK_SKEW_S_MAX) return null;
  const isInMs = Math.abs(Number(timestamp) / SECOND_MS - now.getTime() / SECOND_MS) <= CLOCK_SKEW_S_MAX;
  const what = isInMs
    ? "is in milliseconds; seconds are wanted"
    : `is ${Math.abs(offS)} s ${offS > 0 ? "old" : "ahead"} (allowed ${CLOCK_SKEW_S_MAX})`;
  return { part: "timestamp", problem: `the timestamp ${what}` };
}

/** HMAC-SHA256 over the five lines, each ended by a line feed. */
function signRequest(secret: string, { method, target, timestamp, nonce, body }: SignedParts): Uint8Array {
  return createHmac("sha256", secret)
    .update(`${method}\n${target}\n${timestamp}\n${nonce}\n`)
    .update(body)
    .update("\n")
    .digest();
}

/** Compares in constant time. */
export function signatureHolds(secret: string, signature: Uint8Array, parts: SignedParts): boolean {
  const expected = signRequest(secret, parts);
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
