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

const PART = /^\s*([a-z_]+)="([^"]*)"\s*$/;
const NAMES = ["key_id", "nonce", "timestamp", "signature"] as const;
const NONCE_FORM = new RegExp(`^[\\x21-\\x7e]{1,${NONCE_CHARS_MAX}}$`);
const TIMESTAMP_FORM = /^[1-9][0-9]{0,11}$/;
/** 32 bytes in base64. */
const SIGNATURE_FORM = /^[A-Za-z0-9+/]{43}=$/;

/** Reads the parameters after the scheme, in any order, each exactly once; null when they are not of the form. */
export function parseSignature(parameters: string): RequestSignature | null {
  const parts = new Map<string, string>();
  for (const piece of parameters.split(",")) {
    const [, name, value] = PART.exec(piece) ?? [];
    if (name === undefined || value === undefined || parts.has(name)) return null;
    parts.set(name, value);
  }
  const [keyId, nonce, timestamp, signature] = NAMES.map((name) => parts.get(name) ?? "");
  if (parts.size !== NAMES.length || !keyId || !nonce || !timestamp || !signature) return null;
  if (!NONCE_FORM.test(nonce) || !TIMESTAMP_FORM.test(timestamp) || !SIGNATURE_FORM.test(signature)) return null;
  return { keyId, nonce, timestamp, signature: Buffer.from(signature, "base64") };
}

/** Whether the timestamp lies within the window around `now`. */
export const isTimely = (timestamp: string, now: Date): boolean =>
  Math.abs(Number(timestamp) - now.getTime() / SECOND_MS) <= CLOCK_SKEW_S_MAX;

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
