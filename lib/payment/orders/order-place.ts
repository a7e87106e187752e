import { AppError, type FieldError } from "#lib/base/app-error.ts";

import type { OrderRequest } from "#lib/contract/order-request.ts";
import type { Deps } from "../deps.ts";
import type { OrderPlace } from "../domain/order.ts";
import type { Once } from "../ports/orders.ts";

/**
 * The store and till that a request names by their codes.
 * @param once a request that was answered before gets its first answer, though the till was deactivated since
 * @throws AppError `invalid_request` at `storeCode` or `tillCode` for one that is not known or not in use
 */
export async function findOrderPlace(
  deps: Deps,
  { storeCode, tillCode }: Pick<OrderRequest, "storeCode" | "tillCode">,
  once: Once | null,
): Promise<OrderPlace | null> {
  if (storeCode === undefined) return null;
  const { store, till } = await deps.store.findPlace({ storeCode, tillCode: tillCode ?? null });
  const errors: FieldError[] = [];
  if (store === null) errors.push({ path: "storeCode", message: `no store in use has the code ${storeCode}` });
  else if (tillCode !== undefined && till === null) {
    errors.push({ path: "tillCode", message: `the store ${storeCode} has no till in use with the code ${tillCode}` });
  }
  if (store !== null && errors.length === 0) return { store, till, cashier: null };
  if (once !== null) {
    const found = await deps.store.transaction((tx) => tx.findAnswer(once));
    if (found.kind !== "absent") return null;
  }
  throw new AppError("invalid_request", "the place of the order is not known", { errors });
}
