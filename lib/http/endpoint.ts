import type { z } from "zod";
import { mayDo } from "#lib/auth/scopes.ts";
import { AppError } from "#lib/base/app-error.ts";
import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import type { Scope } from "#lib/contract/scope.ts";
import type { Answer, Call, Handler, MerchantCall } from "./call.ts";
import { idempotent } from "./idempotency.ts";
import { readJson } from "./read-request.ts";

/** A call of the merchant API: authenticates, counts against the rate limit, checks the scope, then calls `handle`. */
export function merchant(scope: Scope, handle: Handler<MerchantCall>): Handler {
  return async (call) => {
    const { authenticate, limits } = call.container;
    const caller = await authenticate({
      authorization: call.headers.get("authorization"),
      method: call.method,
      target: call.target,
      address: call.client.address,
      readBody: call.readBody,
    });
    await limits.countApiCall(caller.id);
    if (!mayDo(caller.scopes, scope)) throw new AppError("forbidden", `this API key lacks the scope ${scope}`);
    return handle({ ...call, caller });
  };
}

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
