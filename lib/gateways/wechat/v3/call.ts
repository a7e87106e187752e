import { type KeyObject, randomBytes } from "node:crypto";
import { GATEWAY_FIRST_TRY_TIMEOUT_MS } from "#lib/base/limits.ts";
import type { Clock } from "#lib/base/time.ts";
import { authorizationHeader, requestText } from "../crypto/canonical.ts";
import { signRsa } from "../crypto/rsa.ts";
import { EXCHANGE_LIMITS, type Exchange, exchange, type NoAnswer, type RawAnswer } from "../transport.ts";

// A signed request and whatever came back, not verified yet. Source: wechatpay.md §2, §5.

export interface Signer {
  readonly merchantNumber: string;
  readonly serialNo: string;
  readonly privateKey: KeyObject;
  readonly clock: Clock;
}

export interface CallerOptions extends Signer {
  readonly apiBase: string;
  /** Asks for answers signed by this key; sent in public key mode only. */
  readonly publicKeyId: string | null;
  readonly exchange?: Exchange;
  readonly backupOf?: (origin: string) => string | null;
}

export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The one serialisation that is signed and sent. */
  readonly body: string;
  /** Sending it twice has the effect of sending it once, by our own number in it. */
  readonly repeatable: boolean;
}

export type CallResult = (RawAnswer | NoAnswer) & {
  /** An earlier try of this call may have been carried out, so a refusal of this one does not settle what is true. */
  readonly afterDoubt: boolean;
};

export type Caller = (call: Call) => Promise<CallResult>;

const USER_AGENT = `Lingfu/0.1 (Node.js ${process.versions.node})`;

const BACKUPS = new Map([
  ["https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com"],
  ["https://api.wechatpay.cn", "https://api2.wechatpay.cn"],
]);

/** WeChat Pay's second address for a host, in another city; addresses of our own have none. */
export const backupOrigin = (origin: string): string | null => BACKUPS.get(origin) ?? null;

/** Sends, and sends once more where that is safe and promises something: to the backup host, or over a new connection. */
export function createCaller(options: CallerOptions): Caller {
  const { apiBase, exchange: run = exchange, backupOf = backupOrigin } = options;
  const origin = new URL(apiBase).origin;
  return async (call) => {
    const backup = call.repeatable ? backupOf(origin) : null;
    const startedMs = performance.now();
    const firstMs = backup === null ? EXCHANGE_LIMITS.totalMs : GATEWAY_FIRST_TRY_TIMEOUT_MS;
    const first = await run(await signed(options, origin, call), { ...EXCHANGE_LIMITS, totalMs: firstMs });
    const next = call.repeatable ? nextOrigin(first, { origin, backup }) : null;
    if (next === null) return { ...first, afterDoubt: false };
    const leftMs = Math.max(1, EXCHANGE_LIMITS.totalMs - (performance.now() - startedMs));
    const second = await run(await signed(options, next, call), { ...EXCHANGE_LIMITS, totalMs: leftMs });
    return { ...second, afterDoubt: first.kind === "answer" || first.mayHaveArrived };
  };
}

/** Where a second try goes, if one is worth it. */
function nextOrigin(
  result: RawAnswer | NoAnswer,
  { origin, backup }: { origin: string; backup: string | null },
): string | null {
  if (result.kind === "answer") return result.status === 502 || result.status === 503 ? backup : null;
  return backup ?? (result.staleConnection ? origin : null);
}

async function signed(options: CallerOptions, origin: string, { method, path, body }: Call) {
  const { merchantNumber, serialNo, privateKey, clock, publicKeyId } = options;
  const timestamp = String(Math.floor(clock.now().getTime() / 1000));
  const nonce = randomBytes(16).toString("hex").toUpperCase();
  const signature = await signRsa(requestText({ method, path, timestamp, nonce, body }), privateKey);
  const headers: Record<string, string> = {
    accept: "application/json",
    "user-agent": USER_AGENT,
    authorization: authorizationHeader({ merchantNumber, serialNo, nonce, timestamp, signature }),
  };
  if (body !== "") headers["content-type"] = "application/json";
  if (publicKeyId !== null) headers["wechatpay-serial"] = publicKeyId;
  return { origin, method, path, headers, body };
}
