import { AppError } from "#lib/base/app-error.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { json } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { param } from "../endpoint.ts";
import { orderWatch } from "../order-watch.ts";

/**
 * `GET /api/orders/{orderId}/status`. Version and handover are the entity tag, so that polling costs next to nothing. Not counted per
 * address: a shop full of people polls from one.
 */
export async function orderStatus(call: Call): Promise<Answer> {
  const { read, noteSeen } = orderWatch(call.container);
  const status = await read(param(call, "orderId"));
  if (status === null) throw new AppError("not_found", "there is no such order");
  if (status.status === "pending") noteSeen(status.id);
  const headers = { etag: statusTag(status), "cache-control": "private, no-cache" };
  if (isKnown(call, headers.etag)) return { status: 304, headers, body: null };
  return json(200, status, headers);
}

/** A code ends by the clock, without a new version of the order. */
const statusTag = ({ version, handover }: OrderStatusView): string =>
  handover === null ? `"${version}"` : `"${version}-${handover}"`;

/** If-None-Match (RFC 9110 §13.1.2) compares weakly: a proxy that compresses makes our tag weak. */
function isKnown({ headers }: Call, etag: string): boolean {
  const known = headers.get("if-none-match");
  if (known === null) return false;
  return known.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
