import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import type { Deps } from "../deps.ts";
import {
  type AbnormalApplication,
  type AbnormalDestination,
  applicationAfter,
  applyFor,
  isOpen,
} from "../domain/abnormal-refund.ts";
import type { Refund } from "../domain/refund.ts";
import type { Gateway, TradeRefund } from "../ports/gateway.ts";
import type { Tx } from "../ports/store.ts";
import { concludeRefund, lockRefund, nextLook } from "./conclude-refund.ts";

export interface FinishAbnormal {
  readonly refundId: string;
  readonly destination: AbnormalDestination;
  /** For the audit log. */
  readonly by: string;
}

/** `unknown`: WeChat gave no certain answer; it is asked how the refund stands. */
export type FinishedAbnormal =
  | { readonly kind: "accepted" | "unknown" }
  | { readonly kind: "refused"; readonly failure: string; readonly detail: string | null };

const UNKNOWN: FinishedAbnormal = { kind: "unknown" };

/**
 * Asks WeChat to send a refund that could not go back to its payer another way. That it was asked is committed before the call; the
 * card's number is not, so after a crash WeChat is asked how the refund stands, and a person enters the card again if need be.
 * @throws AppError `not_found`; `conflict` (`not_abnormal`, `application_open`, `not_supported`)
 */
export async function finishAbnormal(deps: Deps, request: FinishAbnormal): Promise<FinishedAbnormal> {
  const { refundId, destination } = request;
  const { refund, gateway } = await openGateway(deps, refundId);
  await deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { id: refundId });
    if (found?.refund.status !== "abnormal") throw conflict("not_abnormal", "the refund is not abnormal any more");
    const before = await tx.refunds.latestApplication(refundId);
    if (before !== null && isOpen(before))
      throw conflict("application_open", "WeChat was asked already; wait for its answer");
    const now = deps.clock.now();
    await tx.refunds.insertApplication(applyFor(refundId, destination, { by: request.by, at: now }));
    await tx.refunds.reschedule({ refund: { ...found.refund, checks: 0 }, checkAt: nextLook(0, now) });
    const detail = { refundId, way: destination.way, amountFen: refund.amountFen };
    await tx.recordAudit({ actor: request.by, action: "refund.finish", subject: refund.orderId, detail, at: now });
  });
  const { number, providerRefundId } = refund;
  const answer = await gateway.finishAbnormalRefund({ number, refundId: providerRefundId ?? "", destination });
  if (answer.kind === "done") return conclude(deps, refundId, answer.value);
  if (answer.kind === "unknown") {
    deps.log.warn("gateway.unknown", { refundId, cause: answer.cause });
    return UNKNOWN;
  }
  // An earlier try may have been carried out, and a refusal may come unsigned: it counts only if the refund is abnormal still.
  const found = await gateway.findRefund(number);
  if (found.kind !== "done") return UNKNOWN;
  if (found.value.status !== "abnormal") return conclude(deps, refundId, found.value);
  return refuse(deps, refundId, { failure: answer.reason, detail: answer.detail ?? null });
}

const conflict = (reason: string, detail: string): AppError => new AppError("conflict", detail, { reason });

async function openGateway(deps: Deps, refundId: string): Promise<{ refund: Refund; gateway: Gateway }> {
  const refund = isId("refund", refundId) ? await deps.store.refunds.find(refundId) : null;
  const file = refund === null ? null : await deps.store.findOrder(refund.orderId);
  const attempt = file?.attempts.find(({ id }) => id === refund?.attemptId);
  if (refund === null || attempt === undefined) throw new AppError("not_found", "there is no such refund");
  const gateway = await deps.gateways.of(attempt.accountId);
  if (!gateway.finishesAbnormalRefunds || refund.providerRefundId === null) {
    throw conflict("not_supported", "this refund can be finished in WeChat's console only");
  }
  return { refund, gateway };
}

function conclude(deps: Deps, refundId: string, reported: TradeRefund): Promise<FinishedAbnormal> {
  return deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { id: refundId });
    const application = await tx.refunds.latestApplication(refundId);
    if (found === null) return UNKNOWN;
    // The answer itself says that it was taken, whatever status it names.
    if (application?.status === "sent") {
      await tx.refunds.changeApplication({ ...application, status: "accepted", acceptedAt: deps.clock.now() });
    }
    await concludeRefund(deps, tx, { ...found, reported });
    return { kind: "accepted" };
  });
}

interface AbnormalRefusal {
  readonly failure: string;
  readonly detail: string | null;
}

function refuse(deps: Deps, refundId: string, { failure, detail }: AbnormalRefusal): Promise<FinishedAbnormal> {
  return deps.store.transaction(async (tx) => {
    await lockRefund(tx, { id: refundId });
    const application = await tx.refunds.latestApplication(refundId);
    if (application?.status !== "sent") return UNKNOWN;
    const endedAt = deps.clock.now();
    const ended: AbnormalApplication = { ...application, status: "refused", endedAt, failure, failureDetail: detail };
    await tx.refunds.changeApplication(ended);
    return { kind: "refused", failure, detail };
  });
}

/** What WeChat says about the refund, for the application that is open; the caller holds the order's lock. */
export async function followApplication(
  deps: Deps,
  tx: Tx,
  { refundId, reported }: { readonly refundId: string; readonly reported: TradeRefund },
): Promise<void> {
  const application = await tx.refunds.latestApplication(refundId);
  const after = application === null ? null : applicationAfter(application, reported.status, deps.clock.now());
  if (after !== null) await tx.refunds.changeApplication(after);
}
