export type { CheckResult } from "./query-trade.ts";

import { checkCodePayment, endCodePayment } from "../counter/reverse-attempt.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, liveAttempt, nextCheckAt } from "../domain/attempt.ts";
import { orderNotFound } from "../domain/order.ts";
import { type CheckResult, concludeClosed, postponeAndThrow, queryAttempt } from "./query-trade.ts";

/**
 * Asks WeChat about the order's live attempt and books what it says. An attempt of an order that is not pending any more
 * is closed, so that it cannot be paid twice.
 * @throws AppError `not_found`; `gateway_unavailable` when WeChat gave no certain answer (it is asked again by itself)
 */
export async function checkAttempt(deps: Deps, orderId: string): Promise<CheckResult> {
  const file = await deps.store.findOrder(orderId);
  if (file === null) throw orderNotFound();
  const attempt = liveAttempt(file.attempts);
  if (attempt === undefined) return "gone";
  if (file.order.status !== "pending") return endAttempt(deps, attempt);
  if (attempt.channel === "codepay") return checkCodePayment(deps, attempt);
  const result = await queryAttempt(deps, attempt);
  if (result === "open") await deps.store.postponeCheck(attempt.id, nextCheckAt(file.order, deps.clock.now()));
  return result;
}

/**
 * Makes sure that the attempt cannot be paid any more: asks, closes, and asks again when the answer is unknown.
 * @throws AppError `gateway_unavailable` when that is not certain; then nothing was closed here
 */
export async function endAttempt(deps: Deps, attempt: Attempt): Promise<"paid" | "gone"> {
  if (attempt.channel === "codepay") return endCodePayment(deps, attempt);
  const before = await queryAttempt(deps, attempt);
  if (before !== "open") return before;
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer = await gateway.closeTrade(attempt.number);
  if (answer.kind === "done") return concludeClosed(deps, attempt, "closed_by_us");
  if (answer.kind === "refused" && answer.reason === "already_paid") {
    const after = await queryAttempt(deps, attempt);
    if (after !== "open") return after;
  }
  return postponeAndThrow(deps, attempt, answer.kind === "unknown" ? answer.cause : answer.reason);
}
