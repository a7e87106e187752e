import { errorOf, LingfuConnectionError, type LingfuError } from "./errors.ts";
import { type SigningKey, signRequest } from "./sign-request.ts";

export interface SendOptions {
  /** Where your Lingfu is, such as `https://pay.example.com`. */
  readonly baseUrl: string;
  /** With an id the requests are signed and the secret is never sent; a secret alone is sent as a bearer key. */
  readonly key: SigningKey | string;
  /** For each try; 30 s by default. */
  readonly timeoutMs?: number | undefined;
  /** After the first try; 3 by default. */
  readonly maxRetries?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Waits between two tries; tests give one that does not. */
  readonly sleep?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

export interface CallOptions {
  /** What makes a repeated POST the same call; made for you when absent. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRetries?: number | undefined;
}

export interface RequestToSend extends CallOptions {
  readonly method: string;
  /** Path and query, as they are sent and signed. */
  readonly target: string;
  readonly body?: unknown;
}

export type Send = (request: RequestToSend) => Promise<Response>;

const TIMEOUT_MS = 30_000;
const RETRIES = 3;
const FIRST_WAIT_MS = 500;
/** A server that asks for more patience than this is left to the caller. */
const WAIT_MS_MAX = 30_000;
const VERSION = "0.1.0";

/**
 * Sends a call until it has an answer. It is repeated where nobody knows what became of it (no answer, 5xx), where Lingfu asks
 * for a while (429) and where its first try is still under way (409 with `Retry-After`), each time under the same idempotency
 * key and with a fresh signature. PATCH has no such key: it is repeated after 429 alone, which changes nothing.
 */
export function createSend(options: SendOptions): Send {
  const { sleep = pause, maxRetries = RETRIES } = options;
  const origin = originOf(options.baseUrl);
  return async (request) => {
    const key = request.method === "POST" ? (request.idempotencyKey ?? crypto.randomUUID()) : undefined;
    for (let tries = 1; ; tries++) {
      const failed = await tryOnce({ ...options, baseUrl: origin }, { ...request, idempotencyKey: key });
      if (failed instanceof Response) return failed;
      // The try before has removed it, and its answer was lost.
      if (request.method === "DELETE" && tries > 1 && statusOf(failed) === 404)
        return new Response(null, { status: 204 });
      const waitMs = tries > (request.maxRetries ?? maxRetries) ? null : waitBefore(request.method, failed, tries);
      if (waitMs === null) throw failed;
      await sleep(waitMs, request.signal);
    }
  };
}

type Failure = LingfuError | LingfuConnectionError;

async function tryOnce(options: SendOptions, request: RequestToSend): Promise<Response | Failure> {
  const { method, target, idempotencyKey, signal } = request;
  const body = request.body === undefined ? "" : JSON.stringify(request.body);
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
  try {
    const response = await (options.fetch ?? fetch)(options.baseUrl + target, {
      method,
      // A redirect would take the key to another place.
      redirect: "manual",
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      headers: {
        accept: "application/json",
        authorization: await authorizationOf(options.key, { method, target, body }),
        "user-agent": `lingfu-sdk/${VERSION}`,
        ...(body === "" ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...(body === "" ? {} : { body }),
    });
    // The whole answer, so that one that breaks off counts as none.
    const bytes = await response.arrayBuffer();
    if (response.ok) return new Response(bytes.byteLength === 0 ? null : bytes, response);
    return errorOf(response, new TextDecoder().decode(bytes));
  } catch (cause) {
    signal?.throwIfAborted();
    return new LingfuConnectionError(cause, idempotencyKey);
  }
}

async function authorizationOf(key: SendOptions["key"], request: { method: string; target: string; body: string }) {
  if (typeof key === "string") return `Bearer ${key}`;
  const moment = { timestamp: Math.floor(Date.now() / 1_000), nonce: crypto.randomUUID() };
  return signRequest(request, key, moment);
}

/** How long to wait before the next try; null where a repeat would not help, or might do the work twice. */
function waitBefore(method: string, failed: Failure, tries: number): number | null {
  const status = statusOf(failed);
  const asked = "retryAfterS" in failed ? failed.retryAfterS : undefined;
  const isUnderWay = status === 409 && asked !== undefined;
  const isUnknown = (status === undefined || status >= 500) && method !== "PATCH";
  if (status !== 429 && !isUnderWay && !isUnknown) return null;
  if (asked !== undefined) return asked * 1_000 > WAIT_MS_MAX ? null : asked * 1_000;
  return FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
}

const statusOf = (failed: Failure): number | undefined => ("status" in failed ? failed.status : undefined);

function originOf(baseUrl: string): string {
  const { origin, protocol } = new URL(baseUrl);
  if (protocol !== "https:" && protocol !== "http:") throw new TypeError("baseUrl must be an http or https address");
  return origin;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
