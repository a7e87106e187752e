import { createHash, createHmac } from "node:crypto";
import { STRING_TO_SIGN_CHARS_MAX } from "#lib/base/limits.ts";
import { type SignedParts, signatureHolds } from "./request-signature.ts";

// Why a signature does not fit, for the developer who made it. Only a holder of the secret can make one that fits a mistake, so
// saying which mistake it was tells a stranger nothing.

/** A body that is longer is not tried in other forms. */
const BODY_BYTES_MAX = 65_536;

interface Mistake {
  readonly name: string;
  readonly parts: SignedParts;
}

/** One sentence: the mistake that was made, as far as a usual one explains the signature. */
export function explainMismatch(secret: string, signature: Uint8Array, parts: SignedParts): string {
  const { method, target, body } = parts;
  const general = `the signature does not fit: check the secret of the key and what is signed. Received: ${method} ${target}, ${bodyFacts(body)}`;
  if (body.length > BODY_BYTES_MAX) return general;
  const found = usualMistakes(parts).find((mistake) => signatureHolds(secret, signature, mistake.parts));
  if (found !== undefined) return `the signature does not fit: it was made ${found.name}`;
  if (signatureHolds(secret.replace(/^sk_/, ""), signature, parts)) {
    return "the signature does not fit: it was made with the secret without its sk_";
  }
  const lines = [parts.method, parts.target, parts.timestamp, parts.nonce, Buffer.from(body).toString("latin1")].join(
    "\n",
  );
  const unended = createHmac("sha256", secret).update(Buffer.from(lines, "latin1")).digest();
  if (unended.equals(signature)) return "the signature does not fit: the last line must end with a line feed, too";
  return general;
}

function usualMistakes(parts: SignedParts): Mistake[] {
  const { method, target, timestamp, nonce } = parts;
  const body = Buffer.from(parts.body).toString();
  const [path = ""] = target.split("?", 1);
  const withBody = (text: string) => ({ ...parts, body: Buffer.from(text) });
  return [
    { name: "over the path without its query", parts: { ...parts, target: path } },
    { name: "over the decoded path", parts: { ...parts, target: decoded(target) } },
    { name: "over the method in lower case", parts: { ...parts, method: method.toLowerCase() } },
    { name: "with nonce and timestamp in each other's place", parts: { ...parts, timestamp: nonce, nonce: timestamp } },
    { name: "over an empty body", parts: withBody("") },
    { name: "over the body without the white space around it", parts: withBody(body.trim()) },
    {
      name: "over the same JSON written differently; sign the very bytes that are sent",
      parts: withBody(compact(body)),
    },
    { name: "over the SHA-256 of the body instead of the body", parts: withBody(sha256(parts.body)) },
  ];
}

/** The text that should have been signed, for trying things out; the body is cut off after some thousand characters. */
export function stringToSign({ method, target, timestamp, nonce, body }: SignedParts): string {
  const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${Buffer.from(body).toString()}\n`;
  if (text.length <= STRING_TO_SIGN_CHARS_MAX) return text;
  return `${text.slice(0, STRING_TO_SIGN_CHARS_MAX).toWellFormed()}…`;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const bodyFacts = (body: Uint8Array): string =>
  body.length === 0 ? "an empty body" : `a body of ${body.length} bytes with SHA-256 ${sha256(body)}`;

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function compact(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}
