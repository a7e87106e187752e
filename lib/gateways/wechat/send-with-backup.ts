import { WECHAT_CALLS } from "#lib/base/call-budgets.ts";
import {
  EXCHANGE_LIMITS,
  type Exchange,
  type ExchangeLimits,
  exchange,
  type NoAnswer,
  type OutgoingRequest,
  type RawAnswer,
} from "./transport.ts";

// WeChat Pay's two addresses: which one is called, and when a second try is worth it. Source: wechatpay.md §5.

/** Where calls go, and how. */
export interface SendOptions {
  readonly apiBase: string;
  /** For tests: replaces the network. */
  readonly exchange?: Exchange;
  readonly backupOf?: (origin: string) => string | null;
}

export type CallResult = (RawAnswer | NoAnswer) & {
  /** An earlier try of this call may have been carried out, so a refusal of this one does not prove that nothing happened. */
  readonly afterUnknownTry: boolean;
  /** Each as it was sent, in order. */
  readonly tries: readonly Try[];
};

/** One request and what came back; times by the clock of `performance`. */
export interface Try {
  readonly request: OutgoingRequest;
  readonly result: RawAnswer | NoAnswer;
  readonly startedMs: number;
  readonly endedMs: number;
}

export interface Sending {
  /** Sending it twice has the effect of sending it once, by our own number in it. */
  readonly repeatable: boolean;
  /** Other limits, for large answers. */
  readonly limits?: ExchangeLimits;
  /** Called once per try. */
  readonly requestTo: (origin: string) => OutgoingRequest | Promise<OutgoingRequest>;
}

const BACKUPS = new Map([
  ["https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com"],
  ["https://api.wechatpay.cn", "https://api2.wechatpay.cn"],
]);

/** WeChat Pay's backup address for a host, in another city; any other address has none. */
export const backupOrigin = (origin: string): string | null => BACKUPS.get(origin) ?? null;

/** Sends, and sends once more if that is safe and may help: to the backup host, or over a new connection. */
export async function sendWithBackup(way: SendOptions, sending: Sending): Promise<CallResult> {
  const { repeatable, requestTo, limits = EXCHANGE_LIMITS } = sending;
  const { exchange: run = exchange, backupOf = backupOrigin } = way;
  const send = async (to: string, totalMs: number): Promise<Try> => {
    const request = await requestTo(to);
    const sentMs = performance.now();
    const result = await run(request, { ...limits, totalMs });
    return { request, result, startedMs: sentMs, endedMs: performance.now() };
  };
  const origin = new URL(way.apiBase).origin;
  const backup = repeatable ? backupOf(origin) : null;
  const startedMs = performance.now();
  const firstMs = backup === null ? limits.totalMs : WECHAT_CALLS.firstTryMs;
  const firstTry = await send(origin, firstMs);
  const { result: first } = firstTry;
  const next = repeatable ? nextOrigin(first, { origin, backup }) : null;
  if (next === null) return { ...first, afterUnknownTry: false, tries: [firstTry] };
  const leftMs = Math.max(1, limits.totalMs - (performance.now() - startedMs));
  const second = await send(next, leftMs);
  const afterUnknownTry = first.kind === "answer" || first.mayHaveArrived;
  return { ...second.result, afterUnknownTry, tries: [firstTry, second] };
}

/** Where a second try goes; null if none is useful. */
function nextOrigin(
  result: RawAnswer | NoAnswer,
  { origin, backup }: { origin: string; backup: string | null },
): string | null {
  if (result.kind === "answer") return result.status === 502 || result.status === 503 ? backup : null;
  return backup ?? (result.staleConnection ? origin : null);
}
