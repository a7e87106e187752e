import { AppError } from "#lib/base/app-error.ts";
import type { CounterOrder } from "#lib/contract/counter.ts";
import { fieldErrors } from "#lib/contract/field-errors.ts";
import type { OrderListQuery, OrderStatusView, OrderView } from "#lib/contract/order.ts";
import { type OrderRequest, type OrderRequestInput, orderRequestSchema } from "#lib/contract/order-request.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import type { QuoteRequest, QuoteView } from "#lib/contract/quote.ts";
import type { RefundListQuery, RefundView } from "#lib/contract/refund.ts";
import { type PaidByCode, type PayByCode, payByCode, readCounterOrder } from "./counter/index.ts";
import type { Deps } from "./deps.ts";
import { orderNotFound } from "./domain/order.ts";
import { refundView } from "./domain/refund.ts";
import {
  type CorrectScene,
  type CreateOrderResult,
  closeOrder,
  correctScene,
  createOrder,
  type ListedOrders,
  listOrders,
  type OpenedPage,
  type OrderSource,
  openPage,
  type RecoveredAttempt,
  readOrder,
  readStatus,
  recoverOrder,
} from "./orders/index.ts";
import {
  type AskByNumber,
  acceptLatePayment,
  checkAttempt,
  type ExtraPayment,
  type NotifyOutcome,
  type ProviderAnswer,
  queryRefundAt,
  queryTradeAt,
  type RecoverPayment,
  type Recovery,
  type RefundAnswer,
  receiveNotification,
  recoverPayment,
  refundExtraPayment,
  type StartPayment,
  startPayment,
} from "./paying/index.ts";
import type { SignedBytes } from "./ports/gateway.ts";
import type { FoldReport } from "./ports/learner.ts";
import type { Once } from "./ports/orders.ts";
import type { OrderNarrowing } from "./ports/store.ts";
import {
  type ChooseOffers,
  type CodeAnswer,
  chooseOffers,
  type EnterCode,
  enterCode,
  type PresentedOffers,
  type PresentOffers,
  PromotionCodes,
  PromotionPreviews,
  Promotions,
  presentOffers,
  quote,
} from "./pricing/index.ts";
import {
  type AnswerApproval,
  answerApproval,
  checkRefund,
  type FinishAbnormal,
  type FinishedAbnormal,
  findRefunds,
  finishAbnormal,
  listRefunds,
  previewRefund,
  type RefundOrder,
  type RefundOrderResult,
  type RefundPreview,
  readRefund,
  refundOrder,
} from "./refunds/index.ts";
import { type SweepReport, sweep } from "./sweep.ts";

/** Everything one can do with payments: one thin method per flow. */
export class PaymentProcessor {
  readonly #deps: Deps;
  readonly promotions: Promotions;
  readonly promotionCodes: PromotionCodes;
  readonly promotionPreviews: PromotionPreviews;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.promotions = new Promotions(deps);
    this.promotionCodes = new PromotionCodes(deps);
    this.promotionPreviews = new PromotionPreviews(deps);
  }

  /**
   * Creates an order that can be paid.
   * @throws AppError `invalid_request` naming every wrong field; `conflict` when `outTradeNo` is taken by an order with other content
   */
  async createOrder(request: OrderRequestInput, source: OrderSource = {}): Promise<OrderView> {
    const result = await createOrder(this.#deps, parseOrderRequest(request), { once: null, source });
    if (result.kind === "replayed") throw new Error("an order without a key cannot be a repeat");
    return result.order;
  }

  /** The same for a request that may be repeated: the answer is kept with the order, in one statement. */
  createOrderOnce(
    request: OrderRequest,
    once: Once | null,
    source: OrderSource = { entry: "api" },
  ): Promise<CreateOrderResult> {
    return createOrder(this.#deps, request, { once, source });
  }

  /** The merchant corrects the scene of an order. @throws AppError `not_found`, `invalid_request` */
  correctScene(correction: CorrectScene): Promise<OrderView> {
    return correctScene(this.#deps, correction);
  }

  /** What a cart would cost, and why. Nothing is stored. */
  quote(request: QuoteRequest): Promise<QuoteView> {
    return quote(this.#deps, request);
  }

  /** @throws AppError `not_found` */
  order(orderId: string): Promise<OrderView> {
    return readOrder(this.#deps, orderId);
  }

  /** What an order's page begins with, as it is at one moment. @returns null when there is no such order */
  openPage(orderId: string): Promise<OpenedPage | null> {
    return openPage(this.#deps, orderId);
  }

  orders(query: OrderListQuery, narrowing: OrderNarrowing = {}): Promise<ListedOrders> {
    return listOrders(this.#deps, query, narrowing);
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

  /**
   * Charges the payment code (付款码) of a shopper at the counter, and waits a while for the password.
   * @throws AppError `not_found`, `order_not_payable`, `payment_declined`, `conflict`, `gateway_rejected`, `gateway_unavailable`
   */
  payByCode(charge: PayByCode): Promise<PaidByCode> {
    return payByCode(this.#deps, charge);
  }

  /** The order as the counter and its customer display see it. @throws AppError `not_found` */
  counterOrder(orderId: string): Promise<CounterOrder> {
    return readCounterOrder(this.#deps, orderId);
  }

  /**
   * What the order's page shows of offers: what its price contains, and what the shopper may take or leave. The first call
   * decides which optional offer the order gets; call it before a trade is opened.
   * @throws AppError `not_found`
   */
  presentOffers(ask: PresentOffers): Promise<PresentedOffers> {
    return presentOffers(this.#deps, ask);
  }

  /**
   * Prices the order for these optional offers (all of them) without opening a trade; one that is open is ended first, and
   * if that turns out paid nothing changes.
   * @throws AppError `not_found`, `order_not_payable`, `gateway_unavailable`; `invalid_request` at `offers[n]`
   */
  async chooseOffers(choice: ChooseOffers): Promise<OrderView> {
    await chooseOffers(this.#deps, choice);
    return readOrder(this.#deps, choice.orderId);
  }

  /**
   * Prices the order with a promotion code. What cannot be used is an answer, and changes nothing.
   * @throws AppError `not_found`, `order_not_payable`, `conflict`, `gateway_unavailable`
   */
  enterCode(entry: EnterCode): Promise<CodeAnswer> {
    return enterCode(this.#deps, entry);
  }

  /** Asks WeChat now what became of the order's open trade. @throws AppError `not_found`, `gateway_unavailable` */
  async syncOrder(orderId: string): Promise<OrderStatusView> {
    await checkAttempt(this.#deps, orderId);
    const status = await this.status(orderId);
    if (status === null) throw orderNotFound();
    return status;
  }

  /**
   * Closes the order unless it turns out to be paid; the answer says which.
   * @throws AppError `not_found`, `gateway_unavailable` (then nothing was closed)
   */
  async closeOrder(orderId: string): Promise<OrderView> {
    await closeOrder(this.#deps, orderId);
    return readOrder(this.#deps, orderId);
  }

  /**
   * A fresh order for what a closed one asked for; asked for twice, it is the same one.
   * @throws AppError `not_found`; `conflict` when the order is not closed, or money came for it
   */
  recoverOrder(orderId: string): Promise<RecoveredAttempt> {
    return recoverOrder(this.#deps, orderId);
  }

  /**
   * Gives money of a paid order back, all that is left unless `amount` or `items` say otherwise. It is committed when this
   * answers; it is sent to WeChat at once if possible, and by the sweep otherwise.
   * @throws AppError `not_found`, `conflict`, `amount_exceeds_refundable`, `invalid_request`, `idempotency_conflict`
   */
  refundOrder(request: RefundOrder): Promise<RefundOrderResult> {
    return refundOrder(this.#deps, request);
  }

  /** What `refundOrder` would do with this request now; nothing is changed. @throws AppError as `refundOrder` */
  previewRefund(request: Pick<RefundOrder, "orderId" | "amount" | "items">): Promise<RefundPreview> {
    return previewRefund(this.#deps, request);
  }

  /**
   * A person's answer to a refund that waits for a second person: approved, declined, or taken back by the one who asked.
   * @throws AppError `not_found`, `conflict` (answered before, or too late), `forbidden` (one's own, or taking back another's)
   */
  answerApproval(answer: AnswerApproval): Promise<RefundView> {
    return answerApproval(this.#deps, answer);
  }

  /**
   * Sends a refund that its payer's account did not take another way.
   * @throws AppError `not_found`; `conflict` (`not_abnormal`, `application_open`, `not_supported`)
   */
  finishAbnormal(request: FinishAbnormal): Promise<FinishedAbnormal> {
    return finishAbnormal(this.#deps, request);
  }

  /** Newest first. @throws AppError `not_found` */
  refunds(orderId: string): Promise<RefundView[]> {
    return listRefunds(this.#deps, orderId);
  }

  /** Refunds of all orders, newest first. @throws AppError `invalid_request` for a cursor that is not valid */
  findRefunds(query: RefundListQuery): ReturnType<typeof findRefunds> {
    return findRefunds(this.#deps, query);
  }

  /** @throws AppError `not_found` */
  refund(refundId: string): Promise<RefundView> {
    return readRefund(this.#deps, refundId);
  }

  /** Takes a refund one step on now: sends it, or asks WeChat. @throws AppError `not_found`, `gateway_unavailable` */
  async syncRefund(refundId: string): Promise<RefundView> {
    await checkRefund(this.#deps, refundId);
    return readRefund(this.#deps, refundId);
  }

  /** Asks WeChat about a trade by its number, in any state of ours. @throws AppError `gateway_unavailable` */
  queryTradeAt(ask: AskByNumber): Promise<ProviderAnswer> {
    return queryTradeAt(this.#deps, ask);
  }

  /** Makes an order again that only WeChat knows to be paid, by WeChat's answer alone. @throws AppError `gateway_unavailable` */
  recoverPayment(wish: RecoverPayment): Promise<Recovery> {
    return recoverPayment(this.#deps, wish);
  }

  /** The same for a refund, also one made in WeChat's console. @throws AppError `gateway_unavailable` */
  queryRefundAt(ask: AskByNumber): Promise<RefundAnswer> {
    return queryRefundAt(this.#deps, ask);
  }

  /**
   * Gives back a payment that settles nothing (`extraPayments` of an order).
   * @throws AppError `not_found`, `conflict`, `amount_exceeds_refundable`
   */
  async refundExtraPayment(payment: ExtraPayment & { readonly reason?: string | undefined }): Promise<RefundView> {
    return refundView((await refundExtraPayment(this.#deps, payment)).refund);
  }

  /** Takes a late payment as its order's payment: the closed order is paid. @throws AppError `not_found`, `conflict` */
  async acceptLatePayment(payment: ExtraPayment): Promise<OrderView> {
    await acceptLatePayment(this.#deps, payment);
    return readOrder(this.#deps, payment.orderId);
  }

  receiveNotification(notice: SignedBytes): Promise<NotifyOutcome> {
    return receiveNotification(this.#deps, notice);
  }

  /** One round of learning from what became of optional offers; one process at a time does it. */
  learn(): Promise<FoldReport> {
    return this.#deps.store.learner.fold(this.#deps.clock.now());
  }

  /** One round over all rows that are due. */
  sweep(): Promise<SweepReport> {
    return sweep(this.#deps);
  }
}

function parseOrderRequest(request: OrderRequestInput): OrderRequest {
  const parsed = orderRequestSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", "the order is not valid", { errors: fieldErrors(parsed.error) });
}
