import { z } from "zod";
import type { QuotaLeft } from "#lib/auth/rate-limits.ts";
import { mayDo } from "#lib/auth/scopes.ts";
import { AppError, isAppError } from "#lib/base/app-error.ts";
import { API_CALLS_PER_KEY_PER_MINUTE } from "#lib/base/limits.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import type { Scope } from "#lib/contract/scope.ts";
import { problem } from "./answer.ts";
import type { Answer, Call, Handler, MerchantCall } from "./call.ts";
import { idempotent } from "./idempotency.ts";
import { readJson, readQuery } from "./read-request.ts";

const NO_QUERY = z.strictObject({});

/**
 * A call of the merchant API: authenticates, counts against the rate limit, checks the scope, then calls `handle`.
 * A query is refused, because a caller who sends one believes that it does something.
 * @param scope null where `handle` checks one for what is asked of it
 */
export const merchant = (scope: Scope | null, handle: Handler<MerchantCall>): Handler =>
  merchantQuery(scope, NO_QUERY, handle);

/** The same with a query of this schema. */
export function merchantQuery<Schema extends z.ZodType>(
  scope: Scope | null,
  query: Schema,
  handle: (call: MerchantCall, query: z.output<Schema>) => Promise<Answer>,
): Handler {
  return async (call) => {
    const { authenticate, limits } = call.container;
    const caller = await authenticate({
      authorization: call.headers.get("authorization"),
      method: call.method,
      target: call.target,
      address: call.client.address,
      readBody: call.readBody,
    });
    const left = await limits.countApiCall(caller.id).catch(noneLeft);
    const answer = await answerWithin(left, () => {
      if (scope !== null && !mayDo(caller.scopes, scope))
        throw new AppError("forbidden", `this API key lacks the scope ${scope}`);
      return handle({ ...call, caller }, readQuery(call, query));
    }).catch((thrown: unknown) => problem(thrown, call));
    return { ...answer, headers: { ...answer.headers, ...rateLimitHeaders(left) } };
  };
}

type Left = QuotaLeft & { readonly refusal?: AppError };

function noneLeft(refusal: unknown): Left {
  if (!isAppError(refusal) || refusal.retryAfterS === undefined) throw refusal;
  return { calls: 0, resetS: refusal.retryAfterS, refusal };
}

async function answerWithin({ refusal }: Left, handle: () => Promise<Answer>): Promise<Answer> {
  if (refusal !== undefined) throw refusal;
  return handle();
}

/** As draft-ietf-httpapi-ratelimit-headers has them: the policy of a key, and what is left of it. */
const rateLimitHeaders = ({ calls, resetS }: QuotaLeft) => ({
  "ratelimit-policy": `"key";q=${API_CALLS_PER_KEY_PER_MINUTE};w=${MINUTE_MS / SECOND_MS}`,
  ratelimit: `"key";r=${calls};t=${resetS}`,
});

export interface WriteEndpoint<Schema extends z.ZodType> {
  readonly scope: Scope;
  readonly body: Schema;
  /** The answer contains a secret that is shown only once. */
  readonly secret?: boolean;
  readonly handle: (call: MerchantCall, body: z.output<Schema>) => Promise<Answer>;
}

/** A POST of the merchant API: a body of this schema, and `Idempotency-Key` as the contract defines it. */
export function merchantPost<Schema extends z.ZodType>({
  scope,
  body,
  secret,
  handle,
}: WriteEndpoint<Schema>): Handler {
  return merchant(scope, async (call) => {
    const parsed = await readJson(call, body);
    return idempotent((same) => handle(same, parsed), { secret: secret ?? false })(call);
  });
}

/** A call of the pay page that may query WeChat. It needs no key, because who knows an order's id may pay it. Bodies are small. */
export function payPage(handle: Handler): Handler {
  return async (call) => {
    await call.container.limits.countPayPageCall(call.client.address);
    return handle({ ...call, readBody: () => bodyUpTo(call, PAGE_BODY_BYTES_MAX) });
  };
}

/** @throws AppError `payload_too_large` */
export async function bodyUpTo(call: Pick<Call, "readBytes">, bytesMax: number): Promise<Uint8Array> {
  const bytes = await call.readBytes(bytesMax);
  if (bytes === null) throw new AppError("payload_too_large", `the body is longer than ${bytesMax} bytes`);
  return bytes;
}

/** The path's parameter; the route table defines it. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}
