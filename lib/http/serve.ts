import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { BODY_BYTES_MAX } from "#lib/base/limits.ts";
import { withRequestId } from "#lib/ops/log.ts";
import { traced } from "#lib/ops/tracing.ts";
import { protocolOf } from "#lib/payment/index.ts";
import { noContent, problem } from "./answer.ts";
import type { Answer, Arrival, Call, Handler } from "./call.ts";
import type { Container } from "./container.ts";
import { crossOriginHeaders } from "./cross-origin.ts";
import type { Matched } from "./match.ts";
import { isEncoded } from "./read-request.ts";
import { wechatReply } from "./wechat-reply.ts";

/** WeChat gets answers in its own form. */
const NOTIFY_PATH = "/payment/notify";

/** What is opened by itself in a browser runs nothing, and stands in no frame. */
const NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'";

/** Answers an API call; never throws. `matched` is null if the route table has no such path. */
export async function serve(container: Container, arrival: Arrival, matched: Matched | null): Promise<Answer> {
  const startedAt = performance.now();
  const call = openCall(container, arrival, matched);
  const answer = await withRequestId(call.requestId, () => tracedAnswer(call, matched));
  container.metrics.observeCall({
    method: call.method,
    route: matched?.resource.path ?? "unknown",
    status: answer.status,
    seconds: (performance.now() - startedAt) / 1_000,
  });
  const headers = {
    "content-security-policy": NO_DOCUMENT,
    ...answer.headers,
    ...crossOriginHeaders(call, matched),
    "x-request-id": call.requestId,
    "x-content-type-options": "nosniff",
  };
  return { ...answer, headers, body: call.method === "HEAD" ? null : answer.body };
}

function tracedAnswer(call: Call, matched: Matched | null): Promise<Answer> {
  const { method, headers, params, requestId } = call;
  const route = matched?.resource.path ?? "unknown";
  // A shopper's browser does not say what is traced.
  const traceparent = headers.get("authorization") === null ? null : headers.get("traceparent");
  const attributes = { "http.request.method": method, "http.route": route, "lingfu.request_id": requestId };
  const start = { name: `${method} ${route}`, kind: "server" as const, attributes, traceparent };
  const { orderId = "" } = params;
  // Nothing else that somebody put into an address goes to whoever collects traces: it may be a key at the wrong place.
  return traced({ ...start, orderId: isId("order", orderId) ? orderId : null }, async (span) => {
    const answer = await answerTo(call, matched);
    span.note({ "http.response.status_code": answer.status });
    return answer;
  });
}

async function answerTo(call: Call, matched: Matched | null): Promise<Answer> {
  try {
    if (matched === null) throw new AppError("not_found", "there is nothing at this address");
    const { methods, allow } = matched.resource;
    if (call.method === "OPTIONS") return noContent({ allow });
    const handle = handlerOf(methods, call.method);
    if (handle !== undefined) {
      if (call.method !== "GET" && isEncoded(call.headers.get("content-encoding"))) return refuseEncoded(call);
      return await handle(call);
    }
    const refusal = problem(new AppError("method_not_allowed", `the address allows ${allow}`), call);
    return { ...refusal, headers: { ...refusal.headers, allow } };
  } catch (thrown) {
    return problem(thrown, call);
  }
}

/** RFC 9110 §15.5.16: the answer names what is accepted instead. */
function refuseEncoded(call: Call): Answer {
  const headers = { "accept-encoding": "identity" };
  const detail = "the body must come as it is, without Content-Encoding";
  const refusal =
    call.path === NOTIFY_PATH
      ? wechatReply({ kind: "encoded", protocol: protocolOf({ headers: call.headers, body: new Uint8Array(0) }) })
      : problem(new AppError("unsupported_media_type", detail), call);
  return { ...refusal, headers: { ...refusal.headers, ...headers } };
}

const handlerOf = (methods: ReadonlyMap<string, Handler>, method: string): Handler | undefined =>
  methods.get(method === "HEAD" ? "GET" : method);

function openCall(container: Container, arrival: Arrival, matched: Matched | null): Call {
  const { method, target, headers, client } = arrival;
  const [path, query] = split(target);
  let body: Promise<Uint8Array | null> | undefined;
  const readBytes = (bytesMax: number) => {
    body ??= arrival.readBytes(bytesMax);
    return body;
  };
  const readBody = async () => {
    const bytes = await readBytes(BODY_BYTES_MAX);
    if (bytes === null) throw new AppError("payload_too_large", `the body is longer than ${BODY_BYTES_MAX} bytes`);
    return bytes;
  };
  const requestId = container.ids.make("request");
  const params = matched?.params ?? {};
  return { container, requestId, method, target, path, query, params, headers, client, readBody, readBytes };
}

/** Path and query of a request target, undecoded. */
export function split(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}
