import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import type { RefundListQuery, RefundView } from "#lib/contract/refund.ts";
import type { Deps } from "../deps.ts";
import { orderNotFound } from "../domain/order.ts";
import { refundView } from "../domain/refund.ts";

/** @throws AppError `not_found` */
export async function readRefund(deps: Deps, refundId: string): Promise<RefundView> {
  const refund = isId("refund", refundId) ? await deps.store.refunds.find(refundId) : null;
  if (refund === null) throw new AppError("not_found", "there is no such refund");
  return refundView(refund);
}

/** Newest first; the cursor is the id of the last one shown. @throws AppError `invalid_request` for a cursor that is not valid */
export async function findRefunds(
  deps: Deps,
  query: RefundListQuery,
): Promise<{ readonly data: readonly RefundView[]; readonly nextCursor: string | null }> {
  if (query.cursor !== undefined && !isId("refund", query.cursor)) {
    throw new AppError("invalid_request", "the cursor is not valid", {
      errors: [{ path: "cursor", message: "must be the nextCursor of the previous page" }],
    });
  }
  const { status, createdFrom, createdTo, succeededFrom, succeededTo, q, cursor, limit } = query;
  const found = await deps.store.refunds.list({
    ...(status === undefined ? {} : { status }),
    ...(createdFrom === undefined ? {} : { createdFrom: new Date(createdFrom) }),
    ...(createdTo === undefined ? {} : { createdTo: new Date(createdTo) }),
    ...(succeededFrom === undefined ? {} : { from: new Date(succeededFrom) }),
    ...(succeededTo === undefined ? {} : { to: new Date(succeededTo) }),
    ...(q === undefined ? {} : { text: q }),
    ...(cursor === undefined ? {} : { after: cursor }),
    limit: limit + 1,
  });
  const data = found.slice(0, limit).map(refundView);
  return { data, nextCursor: found.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** All of an order, newest first. @throws AppError `not_found` when there is no such order */
export async function listRefunds(deps: Deps, orderId: string): Promise<RefundView[]> {
  const refunds = isId("order", orderId) ? await deps.store.refunds.ofOrder(orderId) : [];
  if (refunds.length === 0 && (await deps.store.findStatus(orderId, deps.clock.now())) === null) throw orderNotFound();
  return refunds.toReversed().map(refundView);
}
