import { AppError } from "#lib/base/app-error.ts";
import type { Answer, Call } from "../call.ts";
import { param } from "../endpoint.ts";
import { openStream } from "../order-stream.ts";
import { orderWatch } from "../order-watch.ts";

/** `GET /api/orders/{orderId}/events`: the status at once and on each change, as server-sent events. */
export async function orderEvents(call: Call): Promise<Answer> {
  const status = await orderWatch(call.container).read(param(call, "orderId"));
  if (status === null) throw new AppError("not_found", "there is no such order");
  const headers = {
    "content-type": "text/event-stream; charset=utf-8",
    // Without no-transform a proxy may compress, and hold events back until a block is full.
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  };
  if (call.method === "HEAD") return { status: 200, headers, body: null };
  return { status: 200, headers, body: openStream(call, status) };
}
