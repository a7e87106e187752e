import { hmacKey, utf8 } from "./sign-request.ts";
import type { WebhookEvent } from "./types.ts";

export type WebhookProblem =
  | "header_missing"
  | "timestamp_malformed"
  | "timestamp_too_old"
  | "timestamp_too_new"
  | "signature_wrong"
  | "payload_malformed";

/** The request is not one of Lingfu's, or not a fresh one: answer 400 and do nothing. */
export class WebhookVerificationError extends Error {
  readonly problem: WebhookProblem;

  constructor(problem: WebhookProblem, message: string) {
    super(message);
    this.name = "WebhookVerificationError";
    this.problem = problem;
  }
}

type HeaderValues = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ReceivedWebhook {
  /** The body exactly as it came: verify before you parse. */
  readonly payload: string | Uint8Array;
  readonly headers: HeaderValues;
  /** `whsec_…`; several while one is being replaced. */
  readonly secret: string | readonly string[];
  /** How far the time of the delivery may be off; 300 s by default. */
  readonly toleranceS?: number;
  readonly now?: Date;
}

const TOLERANCE_S = 300;
const SIGNATURES_MAX = 10;

/**
 * Checks a delivery (Standard Webhooks) and returns what happened. Deliveries can come twice: remember `id`.
 * @throws WebhookVerificationError
 */
export async function verifyWebhook({
  payload,
  headers,
  secret,
  toleranceS = TOLERANCE_S,
  now = new Date(),
}: ReceivedWebhook): Promise<WebhookEvent> {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  checkTime(timestamp, { toleranceS, now });
  const text = typeof payload === "string" ? payload : decoded(payload);
  const signed = utf8(`${id}.${timestamp}.${text}`);
  const secrets = typeof secret === "string" ? [secret] : secret;
  for (const each of secrets) {
    if (await fits(each, signatures, signed)) return { id, ...parsed(text) } as WebhookEvent;
  }
  throw new WebhookVerificationError("signature_wrong", "no signature of this delivery fits the secret");
}

function checkTime(text: string, { toleranceS, now }: { readonly toleranceS: number; readonly now: Date }): void {
  if (!/^\d{1,12}$/.test(text)) {
    throw new WebhookVerificationError("timestamp_malformed", "webhook-timestamp is not a number of seconds");
  }
  const offS = Math.floor(now.getTime() / 1_000) - Number(text);
  const allowed = `allowed ${toleranceS}`;
  if (offS > toleranceS) {
    throw new WebhookVerificationError("timestamp_too_old", `the delivery is ${offS} s old (${allowed})`);
  }
  if (offS < -toleranceS) {
    throw new WebhookVerificationError("timestamp_too_new", `the delivery is ${-offS} s ahead (${allowed})`);
  }
}

/** `crypto.subtle.verify` compares in constant time. */
async function fits(secret: string, signatures: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const bytes = base64Bytes(secret.replace(/^whsec_/, ""));
  if (bytes === null || bytes.length === 0) throw new TypeError("a webhook secret is whsec_ and base64");
  const key = await hmacKey(bytes);
  let found = false;
  for (const each of signatures.split(" ").slice(0, SIGNATURES_MAX)) {
    const signature = each.startsWith("v1,") ? base64Bytes(each.slice(3)) : null;
    if (signature !== null && (await crypto.subtle.verify("HMAC", key, signature, signed))) found = true;
  }
  return found;
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function decoded(payload: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    throw new WebhookVerificationError("payload_malformed", "the body is not UTF-8");
  }
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    throw new WebhookVerificationError("payload_malformed", "the body is not JSON");
  }
}

function headerOf(headers: HeaderValues, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : valueIn(headers, name);
  if (typeof value === "string" && value !== "") return value;
  throw new WebhookVerificationError("header_missing", `the header ${name} is missing`);
}

/** As Node and frameworks hand headers over: names in any case, values perhaps in a list. */
function valueIn(headers: Exclude<HeaderValues, Headers>, name: string): string | undefined {
  const [, value] = Object.entries(headers).find(([each]) => each.toLowerCase() === name) ?? [];
  return typeof value === "string" ? value : value?.[0];
}
