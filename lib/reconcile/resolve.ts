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
  /** Whose keys ask about it: the newest of that merchant number. */
  readonly gatewayId: string;
  readonly orderId: string | null;
  readonly isClosed: boolean;
}

/** Somebody does something about a difference. */
interface Deed {
  readonly id: string;
  /** The address of mail of whoever does it. */
  readonly person: string;
}

export interface ResolutionStore {
  find(id: string): Promise<KeptDiscrepancy | null>;
  readonly book: ReconciliationStore["book"];
  /** Writes into the audit log that somebody begins. */
  note(
    deed: Deed & { readonly action: `discrepancy.${"ask" | "refund" | "recover"}`; readonly at: Date },
  ): Promise<void>;
  /** @throws AppError `not_found`, `conflict` when it is closed already, `invalid_request` without a reason */
  close(closing: Deed & { readonly reason: string; readonly at: Date }): Promise<void>;
}

export interface ResolutionDeps {
  readonly store: ResolutionStore;
  readonly payments: Pick<PaymentProcessor, "queryTradeAt" | "queryRefundAt" | "refundExtraPayment" | "recoverPayment">;
  readonly clock: Clock;
}

/** What WeChat said, and whether that settled the matter. */
export interface Asked {
  readonly word: (ProviderAnswer & { readonly about: "trade" }) | (RefundAnswer & { readonly about: "refund" });
  /** Our book agrees with the bill now, so the difference is closed. */
  readonly isClosed: boolean;
}

/** What came of making a lost order again. */
export type Recovered =
  | { readonly kind: "recovered"; readonly orderId: string; readonly isClosed: boolean }
  | { readonly kind: "not_recovered"; readonly why: NotRecovered };

/** Why a difference was closed by what was done about it; rooms put it into the reader's language. */
export const CLOSED_REASONS = {
  asked: "WeChat was asked, and the book agrees with its bill now",
  recovered: "the lost order was made again from what WeChat knows",
  refunded: "the money goes back to the shopper",
} as const;

/** What can be done about a difference. The books change by the ordinary flows of payment alone. */
export interface Resolutions {
  /** Takes WeChat's word by query, and closes the difference where the book then agrees with the bill. @throws AppError */
  ask(deed: Deed): Promise<Asked>;
  /**
   * Makes an order again that was lost here although WeChat has its payment, and closes the difference. The order is paid and can
   * be refunded like any other. @throws AppError
   */
  recover(deed: Deed): Promise<Recovered>;
  /** Gives back a payment that settles nothing, and closes the difference. @throws AppError */
  refund(deed: Deed): Promise<void>;
  /** Takes note of it, with the reason. @throws AppError */
  accept(deed: Deed & { readonly reason: string }): Promise<void>;
}

export const createResolutions = (deps: ResolutionDeps): Resolutions => ({
  ask: (deed) => ask(deps, deed),
  recover: (deed) => recover(deps, deed),
  refund: (deed) => refund(deps, deed),
  accept: (deed) => deps.store.close({ ...deed, at: deps.clock.now() }),
});

type Action = SafeAction | "recover";

const isAllowed = ({ kind }: KeptDiscrepancy, action: Action): boolean =>
  action === "recover" ? isRecoverable(kind) : SAFE_ACTIONS[kind] === action;

async function openFor(deps: ResolutionDeps, { id, person }: Deed, action: Action): Promise<KeptDiscrepancy> {
  const found = await deps.store.find(id);
  if (found === null) throw new AppError("not_found", "there is no such difference");
  if (found.isClosed) throw new AppError("conflict", "this difference is closed already");
  if (!isAllowed(found, action)) throw new AppError("conflict", `${action} is not safe for ${found.kind}`);
  const noted = action === "refund" || action === "recover" ? action : "ask";
  await deps.store.note({ id, person, action: `discrepancy.${noted}`, at: deps.clock.now() });
  return found;
}

async function ask(deps: ResolutionDeps, deed: Deed): Promise<Asked> {
  const found = await openFor(deps, deed, "ask_wechat");
  const word = await wordOn(deps, found);
  const isClosed = await closeIfExplained(deps, found, { ...deed, reason: CLOSED_REASONS.asked });
  return { word, isClosed };
}

async function closeIfExplained(
  deps: ResolutionDeps,
  found: KeptDiscrepancy,
  closing: Deed & { readonly reason: string },
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

async function recover(deps: ResolutionDeps, deed: Deed): Promise<Recovered> {
  const found = await openFor(deps, deed, "recover");
  const { tradeNumber: number, transactionId, theirs, gatewayId: accountId } = found;
  if (number === null || transactionId === null || typeof theirs !== "number") {
    throw new AppError("conflict", "the bill does not say which payment this is");
  }
  const payment = { accountId, number, transactionId, totalFen: fen(theirs) };
  const recovery = await deps.payments.recoverPayment({ ...payment, discrepancyId: found.id, person: deed.person });
  if (recovery.kind === "not_recovered") return recovery;
  const isClosed = await closeIfExplained(deps, found, { ...deed, reason: CLOSED_REASONS.recovered });
  return { ...recovery, isClosed };
}

async function wordOn({ payments }: ResolutionDeps, found: KeptDiscrepancy): Promise<Asked["word"]> {
  const { gatewayId: accountId, tradeNumber, refundNumber } = found;
  if (refundNumber !== null) {
    return { about: "refund", ...(await payments.queryRefundAt({ accountId, number: refundNumber })) };
  }
  return { about: "trade", ...(await payments.queryTradeAt({ accountId, number: tradeNumber ?? "" })) };
}

async function refund(deps: ResolutionDeps, deed: Deed): Promise<void> {
  const { orderId, transactionId } = await openFor(deps, deed, "refund");
  if (orderId === null || transactionId === null) throw new AppError("not_found", "the order of this payment is gone");
  await deps.payments.refundExtraPayment({ orderId, transactionId });
  await deps.store.close({ ...deed, reason: CLOSED_REASONS.refunded, at: deps.clock.now() });
}
