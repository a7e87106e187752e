import { AppError } from "#lib/base/app-error.ts";
import { CHECK_RETRY_MS, OPENING_GIVEN_UP_MS } from "#lib/base/limits.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, liveAttempt, nextCheckAt } from "../domain/attempt.ts";
import type { PaidTrade, Trade } from "../ports.ts";
import { concludePayment } from "./conclude-payment.ts";
import { orderNotFound } from "./read-orders.ts";

/** What asking WeChat about an attempt came to. `open`: it can still be paid. */
export type CheckResult = "paid" | "gone" | "open";

/**
 * Asks WeChat about the order's live attempt and books what it says. An attempt of an order that is not pending any more
 * is closed, so that nobody pays for it twice.
 * @throws AppError `not_found`; `gateway_unavailable` when WeChat gave no certain answer (it is asked again by itself)
 */
export async function checkAttempt(deps: Deps, orderId: string): Promise<CheckResult> {
  const file = await deps.store.findOrder(orderId);
  if (file === null) throw orderNotFound();
  const attempt = liveAttempt(file.attempts);
  if (attempt === undefined) return "gone";
  if (file.order.status !== "pending") return endAttempt(deps, attempt);
  const result = await askAbout(deps, attempt);
  if (result === "open") await postpone(deps, attempt, nextCheckAt(file.order, deps.clock.now()));
  return result;
}

/**
 * Makes sure that the attempt cannot be paid any more: asks, closes, and asks again when in doubt.
 * @throws AppError `gateway_unavailable` when that is not certain; then nothing was closed here
 */
export async function endAttempt(deps: Deps, attempt: Attempt): Promise<"paid" | "gone"> {
  const before = await askAbout(deps, attempt);
  if (before !== "open") return before;
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer = await gateway.closeTrade(attempt.number);
  if (answer.kind === "done") return concludeClosed(deps, attempt, "closed_by_us");
  if (answer.kind === "refused" && answer.reason === "already_paid") {
    const after = await askAbout(deps, attempt);
    if (after !== "open") return after;
  }
  return doubt(deps, attempt, answer.kind === "unknown" ? answer.cause : answer.reason);
}

/** Asks once; books `paid` and `closed`. A trade WeChat does not know is given up only when no call of ours can be on its way. */
async function askAbout(deps: Deps, attempt: Attempt): Promise<CheckResult> {
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer: Outcome<Trade, "absent"> = await gateway.findTrade(attempt.number);
  if (answer.kind === "unknown") return doubt(deps, attempt, answer.cause);
  if (answer.kind === "refused") {
    const ageMs = deps.clock.now().getTime() - attempt.createdAt.getTime();
    if (ageMs < OPENING_GIVEN_UP_MS) return doubt(deps, attempt, "WeChat does not know the trade yet");
    return concludeClosed(deps, attempt, "absent");
  }
  const { state, payment } = answer.value;
  if (payment !== null) return concludePaid(deps, attempt, payment);
  return state === "closed" ? concludeClosed(deps, attempt, "closed_at_wechat") : "open";
}

async function concludePaid(deps: Deps, attempt: Attempt, trade: PaidTrade): Promise<"paid"> {
  const now = deps.clock.now();
  const conclusion = await deps.store.transaction((tx) => concludePayment(deps, tx, { trade, now }));
  deps.log.info("payment.found", { attemptId: attempt.id, ...conclusion });
  return "paid";
}

async function concludeClosed(deps: Deps, attempt: Attempt, reason: string): Promise<"paid" | "gone"> {
  const moved = await deps.store.transaction((tx) =>
    tx.moveAttempt({
      attemptId: attempt.id,
      from: ["opening", "waiting"],
      to: "closed",
      reason,
      checkAt: null,
      now: deps.clock.now(),
    }),
  );
  if (moved) return "gone";
  // Somebody knew better in the meantime; a notice may have overtaken us.
  const file = await deps.store.findOrder(attempt.orderId);
  const now = file?.attempts.find((one) => one.id === attempt.id);
  return now?.status === "succeeded" ? "paid" : "gone";
}

async function doubt(deps: Deps, attempt: Attempt, cause: string): Promise<never> {
  await postpone(deps, attempt, addMs(deps.clock.now(), CHECK_RETRY_MS));
  deps.log.warn("gateway.unknown", { attemptId: attempt.id, cause });
  throw new AppError("gateway_unavailable", "WeChat Pay gave no certain answer about this order; it is asked again", {
    retryAfterS: 5,
  });
}

const postpone = (deps: Deps, attempt: Attempt, at: Date): Promise<void> => deps.store.postponeCheck(attempt.id, at);
