import { AppError } from "#lib/base/app-error.ts";
import { fieldErrors } from "#lib/contract/field-errors.ts";
import type { OrderListQuery, OrderStatusView, OrderView } from "#lib/contract/order.ts";
import { type OrderRequest, type OrderRequestInput, orderRequestSchema } from "#lib/contract/order-request.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import { checkAttempt } from "./flows/check-attempt.ts";
import { closeOrder } from "./flows/close-order.ts";
import { type CreateOrderResult, createOrder } from "./flows/create-order.ts";
import { type ListedOrders, listOrders, readOrder, readStatus } from "./flows/read-orders.ts";
import { type NotifyOutcome, receiveNotification } from "./flows/receive-notification.ts";
import { type StartPayment, startPayment } from "./flows/start-payment.ts";
import { type SweepReport, sweep } from "./flows/sweep.ts";
import type { Deps, SignedBytes } from "./ports.ts";
import type { Once } from "./store-port.ts";

/** Everything one can do with payments: one thin method per flow. */
export class PaymentProcessor {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Creates an order that can be paid.
   * @throws AppError `invalid_request` naming every wrong field; `conflict` when `outTradeNo` is taken
   */
  async createOrder(request: OrderRequestInput): Promise<OrderView> {
    const result = await createOrder(this.#deps, parseOrderRequest(request), null);
    if (result.kind !== "created") throw new Error("an order without a key cannot be a repeat");
    return result.order;
  }

  /** The same for a request that may be repeated: the answer is kept with the order, in one statement. */
  createOrderOnce(request: OrderRequest, once: Once | null): Promise<CreateOrderResult> {
    return createOrder(this.#deps, request, once);
  }

  /** @throws AppError `not_found` */
  order(orderId: string): Promise<OrderView> {
    return readOrder(this.#deps, orderId);
  }

  orders(query: OrderListQuery): Promise<ListedOrders> {
    return listOrders(this.#deps, query);
  }

  /** @returns null when there is no such order */
  status(orderId: string): Promise<OrderStatusView | null> {
    return readStatus(this.#deps, orderId);
  }

  /** Notes that the order's page is in use: WeChat is asked more often for a while. */
  async markSeen(orderId: string): Promise<void> {
    await this.#deps.store.markSeen(orderId, this.#deps.clock.now());
  }

  /**
   * Opens the order's trade for a channel, or hands out the one that is open.
   * @throws AppError `not_found`, `order_not_payable`, `invalid_request`, `gateway_unavailable`, `gateway_rejected`
   */
  startPayment(wish: StartPayment): Promise<PayAnswer> {
    return startPayment(this.#deps, wish);
  }

  /** Asks WeChat now what became of the order's open trade. @throws AppError `not_found`, `gateway_unavailable` */
  async askNow(orderId: string): Promise<OrderStatusView> {
    await checkAttempt(this.#deps, orderId);
    return readOrderStatus(this.#deps, orderId);
  }

  /**
   * Closes the order unless it turns out to be paid; the answer says which.
   * @throws AppError `not_found`, `gateway_unavailable` (then nothing was closed)
   */
  async closeOrder(orderId: string): Promise<OrderView> {
    await closeOrder(this.#deps, orderId);
    return readOrder(this.#deps, orderId);
  }

  receiveNotification(notice: SignedBytes): Promise<NotifyOutcome> {
    return receiveNotification(this.#deps, notice);
  }

  /** One round over all rows that are due. */
  sweep(): Promise<SweepReport> {
    return sweep(this.#deps);
  }
}

async function readOrderStatus(deps: Deps, orderId: string): Promise<OrderStatusView> {
  const status = await readStatus(deps, orderId);
  if (status === null) throw new AppError("not_found", `there is no order ${orderId}`);
  return status;
}

function parseOrderRequest(request: OrderRequestInput): OrderRequest {
  const parsed = orderRequestSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", "the order is not valid", { errors: fieldErrors(parsed.error) });
}
