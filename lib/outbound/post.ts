import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { mayConnect, type TargetPolicy } from "./target.ts";

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly policy: TargetPolicy;
  readonly timeoutMs: number;
  /** Whether the answer's text is wanted; otherwise its status is all that is kept. */
  readonly keepText?: boolean;
}

/** What came of it; `error` is in words for the merchant and holds nothing of the answer's text. */
export type PostResult =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfter: string | null; readonly text: string }
  | { readonly kind: "failed"; readonly error: string };

/** More of an answer is not read, whether its text is wanted or not. */
const ANSWER_BYTES_MAX = 65_536;
/** A number of seconds, or a date. */
const RETRY_AFTER_CHARS_MAX = 64;

/** One GET of JSON, guarded as a POST is; its text is kept. */
export const get = ({ url, headers, policy, timeoutMs }: Omit<Post, "body" | "keepText">): Promise<PostResult> =>
  send("GET", { url, headers: { "user-agent": "lingfu/1", ...headers }, body: "", policy, timeoutMs, keepText: true });

/**
 * One POST of JSON, without following redirects and without keeping the connection. The connection goes to the very
 * address that was checked, so that a name which changes its meaning in between (DNS rebinding) leads nowhere inside.
 */
export const post = (message: Post): Promise<PostResult> => send("POST", message);

function send(method: "GET" | "POST", message: Post): Promise<PostResult> {
  const { url, headers, body, policy, timeoutMs, keepText = false } = message;
  const target = new URL(url);
  const literal = target.hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) > 0 && !mayConnect(literal, policy)) return Promise.resolve(PRIVATE);
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body);
  return new Promise((resolve) => {
    const sender = target.protocol === "https:" ? https : http;
    const request = sender.request(target, {
      method,
      agent: false,
      lookup: checkedLookup(policy),
      signal: AbortSignal.timeout(timeoutMs),
      maxHeaderSize: 16_384,
      headers: {
        ...(method === "GET"
          ? { accept: "application/json" }
          : { "content-type": "application/json", "content-length": String(bytes.length) }),
        "user-agent": "lingfu-webhooks/1",
        ...headers,
      },
    });
    request.on("error", (cause) => resolve(failureOf(cause)));
    request.on("response", (response) => {
      const status = response.statusCode ?? 0;
      const retryAfter = response.headers["retry-after"]?.slice(0, RETRY_AFTER_CHARS_MAX) ?? null;
      const kept: Buffer[] = [];
      const finish = () =>
        resolve({ kind: "answered", status, retryAfter, text: Buffer.concat(kept).toString("utf8") });
      let read = 0;
      response.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read > ANSWER_BYTES_MAX) response.destroy();
        else if (keepText) kept.push(chunk);
      });
      // The status is the whole answer: one that is cut off after it counts all the same.
      response.on("close", finish);
      response.on("error", finish);
    });
    request.end(bytes);
  });
}

class PrivateAddress extends Error {}
const PRIVATE: PostResult = { kind: "failed", error: "the address is private or loopback, which is not allowed" };

/** A look-up that names only addresses which the policy allows; the error of one without any is {@link PrivateAddress}. */
function checkedLookup(policy: TargetPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => mayConnect(address, policy));
      const [first] = allowed;
      // One inner address among public ones is no accident, but the public ones alone do no harm.
      if (first === undefined) return callback(new PrivateAddress(hostname), []);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function failureOf(cause: Error): PostResult {
  if (cause instanceof PrivateAddress) return PRIVATE;
  if (cause.name === "TimeoutError" || cause.name === "AbortError") {
    return { kind: "failed", error: "no answer in time" };
  }
  const code = (cause as NodeJS.ErrnoException).code;
  return { kind: "failed", error: code === undefined ? "the connection failed" : `the connection failed (${code})` };
}
