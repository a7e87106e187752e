import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { fen } from "#lib/base/fen.ts";
import type { NotRecovered, PaymentProcessor, ProviderAnswer, RefundAnswer } from "#lib/payment/index.ts";
import { type Discrepancy, isRecoverable, SAFE_ACTIONS, type SafeAction } from "./discrepancy.ts";
import { isExplained } from "./explain.ts";
import type { ReconciliationStore } from "./ports.ts";
import { dayBounds } from "./reconcile-bill.ts";

/** A difference as it is kept. */
export interface KeptDiscrepancy extends Discrepancy {
  readonly id: string;
  readonly day: string;
  readonly merchantNumber: string;
  /** The account that asks about it: the newest of that merchant number. */
  readonly gatewayId: string;
  readonly orderId: string | null;
  readonly isClosed: boolean;
}

/** A request to resolve a difference. */
interface ResolveRequest {
  readonly id: string;
  /** The e-mail address of the person. */
  readonly person: string;
}

export interface ResolutionStore {
  find(id: string): Promise<KeptDiscrepancy | null>;
  readonly book: ReconciliationStore["book"];
  /** Records the start in the audit log. */
  note(
    request: ResolveRequest & { readonly action: `discrepancy.${"ask" | "refund" | "recover"}`; readonly at: Date },
  ): Promise<void>;
  /** @throws AppError `not_found`, `conflict` when it is closed already, `invalid_request` without a reason */
  close(closing: ResolveRequest & { readonly reason: string; readonly at: Date }): Promise<void>;
}

export interface ResolutionDeps {
  readonly store: ResolutionStore;
  readonly payments: Pick<PaymentProcessor, "queryTradeAt" | "queryRefundAt" | "refundExtraPayment" | "recoverPayment">;
  readonly clock: Clock;
}

/** WeChat's answer, and whether the difference is closed now. */
export interface QueryResult {
  readonly answer: (ProviderAnswer & { readonly about: "trade" }) | (RefundAnswer & { readonly about: "refund" });
  /** Our book agrees with the bill now, so the difference is closed. */
  readonly isClosed: boolean;
}

/** The result of recovering a lost order. */
export type Recovered =
  | { readonly kind: "recovered"; readonly orderId: string; readonly isClosed: boolean }
  | { readonly kind: "not_recovered"; readonly why: NotRecovered };

/** Why a difference was closed by what was done about it; the dashboard translates it. */
export const CLOSED_REASONS = {
  asked: "WeChat was asked, and the book agrees with its bill now",
  recovered: "the lost order was made again from what WeChat knows",
  refunded: "the money goes back to the shopper",
} as const;

/** Ways to resolve a difference. The books change only through the ordinary payment flows. */
export interface Resolutions {
  /** Queries WeChat, and closes the difference if the book then agrees with the bill. @throws AppError */
  query(request: ResolveRequest): Promise<QueryResult>;
  /**
   * Makes an order again that was lost here although WeChat has its payment, and closes the difference. The order is paid and can
   * be refunded like any other. @throws AppError
   */
  recover(request: ResolveRequest): Promise<Recovered>;
  /** Gives back a payment that settles nothing, and closes the difference. @throws AppError */
  refund(request: ResolveRequest): Promise<void>;
  /** Closes it as accepted, with a reason. @throws AppError */
  accept(request: ResolveRequest & { readonly reason: string }): Promise<void>;
}

export const createResolutions = (deps: ResolutionDeps): Resolutions => ({
  query: (request) => query(deps, request),
  recover: (request) => recover(deps, request),
  refund: (request) => refund(deps, request),
  accept: (request) => deps.store.close({ ...request, at: deps.clock.now() }),
});

type Action = SafeAction | "recover";

const isAllowed = ({ kind }: KeptDiscrepancy, action: Action): boolean =>
  action === "recover" ? isRecoverable(kind) : SAFE_ACTIONS[kind] === action;

async function openFor(deps: ResolutionDeps, { id, person }: ResolveRequest, action: Action): Promise<KeptDiscrepancy> {
  const found = await deps.store.find(id);
  if (found === null) throw new AppError("not_found", "there is no such difference");
  if (found.isClosed) throw new AppError("conflict", "this difference is closed already");
  if (!isAllowed(found, action)) throw new AppError("conflict", `${action} is not safe for ${found.kind}`);
  const noted = action === "refund" || action === "recover" ? action : "ask";
  await deps.store.note({ id, person, action: `discrepancy.${noted}`, at: deps.clock.now() });
  return found;
}

async function query(deps: ResolutionDeps, request: ResolveRequest): Promise<QueryResult> {
  const found = await openFor(deps, request, "ask_wechat");
  const answer = await queryProvider(deps, found);
  const isClosed = await closeIfExplained(deps, found, { ...request, reason: CLOSED_REASONS.asked });
  return { answer, isClosed };
}

async function closeIfExplained(
  deps: ResolutionDeps,
  found: KeptDiscrepancy,
  closing: ResolveRequest & { readonly reason: string },
): Promise<boolean> {
  const book = await deps.store.book({
    merchantNumber: found.merchantNumber,
    tradeNumbers: [found.tradeNumber ?? ""],
    refundNumbers: [found.refundNumber ?? ""],
    to: dayBounds(found.day).to,
  });
  if (!isExplained(found, book)) return false;
  await deps.store.close({ ...closing, at: deps.clock.now() });
  return true;
}

async function recover(deps: ResolutionDeps, request: ResolveRequest): Promise<Recovered> {
  const found = await openFor(deps, request, "recover");
  const { tradeNumber: number, transactionId, theirs, gatewayId: accountId } = found;
  if (number === null || transactionId === null || typeof theirs !== "number") {
    throw new AppError("conflict", "the bill does not say which payment this is");
  }
  const payment = { accountId, number, transactionId, totalFen: fen(theirs) };
  const recovery = await deps.payments.recoverPayment({ ...payment, discrepancyId: found.id, person: request.person });
  if (recovery.kind === "not_recovered") return recovery;
  const isClosed = await closeIfExplained(deps, found, { ...request, reason: CLOSED_REASONS.recovered });
  return { ...recovery, isClosed };
}

async function queryProvider({ payments }: ResolutionDeps, found: KeptDiscrepancy): Promise<QueryResult["answer"]> {
  const { gatewayId: accountId, tradeNumber, refundNumber } = found;
  if (refundNumber !== null) {
    return { about: "refund", ...(await payments.queryRefundAt({ accountId, number: refundNumber })) };
  }
  return { about: "trade", ...(await payments.queryTradeAt({ accountId, number: tradeNumber ?? "" })) };
}

async function refund(deps: ResolutionDeps, request: ResolveRequest): Promise<void> {
  const { orderId, transactionId } = await openFor(deps, request, "refund");
  if (orderId === null || transactionId === null) throw new AppError("not_found", "the order of this payment is gone");
  await deps.payments.refundExtraPayment({ orderId, transactionId });
  await deps.store.close({ ...request, reason: CLOSED_REASONS.refunded, at: deps.clock.now() });
}
