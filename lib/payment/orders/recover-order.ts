import { AppError, isAppError } from "#lib/base/app-error.ts";
import { ORDERS_RECOVERED_MAX, OUT_TRADE_NO_CHARS_MAX } from "#lib/base/limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { type OrderRequest, orderRequestSchema } from "#lib/contract/order-request.ts";
import type { Deps } from "../deps.ts";
import { orderNotFound } from "../domain/order.ts";
import type { OrderFile } from "../domain/order-file.ts";
import { isOfEpay, isRecoverable } from "../domain/views.ts";
import { createOrder } from "./create-order.ts";
import { readOrder } from "./read-orders.ts";

export interface RecoveredAttempt {
  /** False: somebody else has made it before. */
  readonly isNew: boolean;
  readonly order: OrderView;
}

/**
 * A fresh order for what a closed one asked for, at the price of now. Its number follows from the closed order's, so however many ask
 * at once, and however often, there is one that can be paid; where that one is paid already, it is the answer.
 * @throws AppError `not_found`; `conflict` when the order is not closed, money came for it, or it is of the epay door
 */
export async function recoverOrder(deps: Deps, orderId: string): Promise<RecoveredAttempt> {
  const closed = await deps.store.findOrder(orderId);
  if (closed === null) throw orderNotFound();
  if (!isRecoverable(closed)) throw new AppError("conflict", whyNot(closed), { reason: "not_recoverable" });
  const { base, turn } = numberParts(closed.order.outTradeNo);
  for (let next = turn + 1; next <= turn + ORDERS_RECOVERED_MAX; next++) {
    const made = await makeNumbered(deps, closed, recoveredNumber(base, next));
    if (made !== null) return made;
  }
  throw new AppError("conflict", `the order was made again ${ORDERS_RECOVERED_MAX} times; make a new one`, {
    reason: "not_recoverable",
  });
}

function whyNot({ order }: OrderFile): string {
  if (order.status !== "closed") return `the order is ${order.status}; only a closed one is made again`;
  return isOfEpay(order)
    ? "software behind the epay door made this order and would not be told of a fresh one: start a new payment there"
    : "money came for this order: refund it or accept it first";
}

/** @returns null when the number belongs to another order, or to one that has closed as well */
async function makeNumbered(deps: Deps, closed: OrderFile, outTradeNo: string): Promise<RecoveredAttempt | null> {
  try {
    const source = { place: closed.order.place };
    const result = await createOrder(deps, requestOf(closed, outTradeNo), { once: null, source });
    if (result.kind === "replayed") throw new Error("an order without a key cannot be a repeat");
    if (result.kind === "created") return { isNew: true, order: result.order };
    const order = await readOrder(deps, result.order.id);
    return order.status === "closed" ? null : { isNew: false, order };
  } catch (cause) {
    if (isAppError(cause) && cause.errors.some(({ path }) => path === "outTradeNo")) return null;
    throw cause;
  }
}

const RECOVERED = /^(.+)-r([1-9][0-9]?)$/;

/** Of an order that was made again before, the number that it all began with. */
function numberParts(outTradeNo: string): { readonly base: string; readonly turn: number } {
  const [, base, turn] = RECOVERED.exec(outTradeNo) ?? [];
  return base === undefined ? { base: outTradeNo, turn: 1 } : { base, turn: Number(turn) };
}

/** A long number loses its beginning, where the day usually stands, and keeps what tells it from others. */
function recoveredNumber(base: string, turn: number): string {
  const ending = `-r${turn}`;
  return base.slice(-(OUT_TRADE_NO_CHARS_MAX - ending.length)) + ending;
}

/** As the shop sent it, without codes: a shopper who has one enters it again. */
function requestOf({ order, items }: OrderFile, outTradeNo: string): OrderRequest {
  const given = {
    ...(order.returnUrl === null ? {} : { returnUrl: order.returnUrl }),
    ...(order.shopperId === null ? {} : { shopperId: order.shopperId }),
    ...(order.goodsTag === null ? {} : { goodsTag: order.goodsTag }),
  };
  return orderRequestSchema.parse({
    ...given,
    outTradeNo,
    description: order.description,
    metadata: order.metadata,
    expiresIn: Math.round((order.expiresAt.getTime() - order.createdAt.getTime()) / SECOND_MS),
    items: items.map(({ name, sku, category, unitFen, quantity }) => ({
      ...{ name, unitAmount: unitFen, quantity },
      ...(sku === null ? {} : { sku }),
      ...(category === null ? {} : { category }),
    })),
  });
}
