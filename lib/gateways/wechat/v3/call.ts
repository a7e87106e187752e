import { type KeyObject, randomBytes } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import { authorizationHeader, requestText } from "../crypto/canonical.ts";
import { signRsa } from "../crypto/rsa.ts";
import { type CallResult, type SendOptions, sendWithBackup } from "../send-with-backup.ts";
import { type ExchangeLimits, USER_AGENT } from "../transport.ts";

// A signed request and its answer, not verified yet. Source: wechatpay.md §2, §5.

export interface Signer {
  readonly merchantNumber: string;
  readonly serialNo: string;
  readonly privateKey: KeyObject;
  readonly clock: Clock;
}

export interface CallerOptions extends Signer, SendOptions {
  /** Asks for answers signed by this key; sent in public key mode only. */
  readonly publicKeyId: string | null;
}

export interface V3Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The one serialisation that is signed and sent. */
  readonly body: string;
  /** Sending it twice has the effect of sending it once, by our own number in it. */
  readonly repeatable: boolean;
  /** The key that fields of the body are encrypted with. */
  readonly serial?: string;
  readonly limits?: ExchangeLimits;
}

export type Caller = (call: V3Call) => Promise<CallResult>;

/** Each try is signed afresh. */
export const createCaller =
  (options: CallerOptions): Caller =>
  (call) =>
    sendWithBackup(options, {
      repeatable: call.repeatable,
      requestTo: (origin) => signed(options, origin, call),
      ...(call.limits === undefined ? {} : { limits: call.limits }),
    });

async function signed(options: CallerOptions, origin: string, { method, path, body, serial }: V3Call) {
  const { merchantNumber, serialNo, privateKey, clock, publicKeyId } = options;
  const named = serial ?? publicKeyId;
  const timestamp = String(Math.floor(clock.now().getTime() / 1000));
  const nonce = randomBytes(16).toString("hex").toUpperCase();
  const signature = await signRsa(requestText({ method, path, timestamp, nonce, body }), privateKey);
  const headers: Record<string, string> = {
    accept: "application/json",
    "user-agent": USER_AGENT,
    authorization: authorizationHeader({ merchantNumber, serialNo, nonce, timestamp, signature }),
  };
  if (body !== "") headers["content-type"] = "application/json";
  if (named !== null) headers["wechatpay-serial"] = named;
  return { origin, method, path, headers, body };
}
