import type { Notice, StoredTrade } from "../books/records.ts";
import { WeChatError } from "../books/wechat-error.ts";
import type { SandboxContext } from "../context.ts";
import { type HttpAnswer, type Incoming, json, type RouteHandler } from "../http.ts";

// How control calls read their requests, and how they show errors and records.

/** An invalid control request. */
export class ControlError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function withControlErrors(run: RouteHandler, incoming: Incoming): Promise<HttpAnswer> {
  try {
    return await run(incoming);
  } catch (cause) {
    if (!(cause instanceof ControlError || cause instanceof WeChatError)) throw cause;
    return json(400, { error: { code: cause.code, message: cause.message } });
  }
}

export function readObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The error below says it.
  }
  throw new ControlError("invalid_request", "the body must be a JSON object");
}

interface Types {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

export function optionalField<Type extends keyof Types>(
  object: Record<string, unknown>,
  name: string,
  type: Type,
): Types[Type] | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  // `typeof` cannot narrow by a variable; the comparison makes the cast true.
  if (typeof value === type) return value as Types[Type];
  throw new ControlError("invalid_request", `"${name}" must be a ${type}`);
}

/** A trade with its refunds and notices. */
export function showTrade(context: SandboxContext, trade: StoredTrade): Record<string, unknown> {
  const { payment, handovers, createdAt, expireAt, fingerprint: _, v2, reversal, ...plain } = trade;
  return {
    ...plain,
    apiVersion: v2 === undefined ? "v3" : "v2",
    signType: v2?.signType ?? null,
    reversedAt: reversal === undefined ? null : iso(reversal.at),
    createdAt: iso(createdAt),
    expireAt: iso(expireAt),
    codeUrls: handovers.filter((one) => one.code !== undefined).map((one) => `weixin://wxpay/bizpayurl?pr=${one.code}`),
    prepayIds: handovers.map((one) => one.prepayId),
    transactionId: payment?.transactionId ?? null,
    paidAt: payment === null ? null : iso(payment.paidAt),
    payerOpenid: payment?.openid ?? null,
    payerTotal: payment === null ? null : trade.total - payment.coupon,
    refunds: context.store.refundsOf(trade.outTradeNo).map(({ fingerprint: _hidden, ...refund }) => ({
      ...refund,
      createdAt: iso(refund.createdAt),
      settleAt: iso(refund.settleAt),
      successAt: refund.successAt === null ? null : iso(refund.successAt),
    })),
    notices: context.store.noticesOf(trade.outTradeNo).map(showNotice),
  };
}

export const showNotice = ({ id, eventType, v2, outRefundNo, url, state, createdAt, nextAt, tries }: Notice) => ({
  id,
  eventType,
  form: v2 === undefined ? "v3" : "v2",
  outRefundNo,
  url,
  state,
  createdAt: iso(createdAt),
  nextAt: state === "pending" ? iso(nextAt) : null,
  tries: tries.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
});

/** Moments in control answers: RFC 3339, of the sandbox's clock. */
export const iso = (moment: number): string => new Date(moment).toISOString();
