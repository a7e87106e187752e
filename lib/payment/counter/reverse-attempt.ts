import {
  CHECK_RETRY_MS,
  CODEPAY_CHECK_MS,
  CODEPAY_GIVEN_UP_MS,
  CODEPAY_REVERSE_AFTER_MS,
  OPENING_GIVEN_UP_MS,
  REVERSAL_QUIET_MS,
} from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, isLive } from "../domain/attempt.ts";
import { concludePayment } from "../paying/conclude-payment.ts";
import {
  type CheckResult,
  concludeClosed,
  postponeAndThrow,
  type QueriedAttempt,
  queryAttempt,
  queryEvidence,
  queryOnce,
} from "../paying/query-trade.ts";
import type { PaidTrade } from "../ports/gateway.ts";

// Taking back a charge by payment code (撤销, wechatpay.md §6.4). WeChat gives paid money back with it, so that it is meant is
// committed first; from then on no answer books the charge as paid.

const ageMs = (deps: Deps, { createdAt }: Attempt): number => deps.clock.now().getTime() - createdAt.getTime();

/** The sweep's look at a charge: asks while the shopper may still type the password, and takes it back afterwards. */
export async function checkCodePayment(deps: Deps, attempt: Attempt): Promise<CheckResult> {
  if (attempt.reverseSince !== null || ageMs(deps, attempt) >= CODEPAY_GIVEN_UP_MS)
    return endCodePayment(deps, attempt);
  const result = await queryAttempt(deps, attempt);
  if (result === "open") await deps.store.postponeCheck(attempt.id, addMs(deps.clock.now(), CODEPAY_CHECK_MS));
  return result;
}

/**
 * Makes sure that the charge cannot be paid any more: asks, reverses until WeChat confirms, and asks again.
 * @throws AppError `gateway_unavailable` when that is not certain yet; the sweep goes on by itself
 */
export async function endCodePayment(deps: Deps, attempt: Attempt): Promise<"paid" | "gone"> {
  if (attempt.reverseSince === null) {
    const before = await queryOnce(deps, attempt);
    if (before === "paid" || before === "gone") return before;
    const age = ageMs(deps, attempt);
    if (age < CODEPAY_REVERSE_AFTER_MS)
      return postponeAndThrow(deps, attempt, "WeChat takes no reversal so soon after the charge");
    // A charge that may still be on its way is waited for; beyond that time a charge without a certain answer is reversed.
    if (before !== "open" && age < CODEPAY_GIVEN_UP_MS) return postponeAndThrow(deps, attempt, before.cause);
    if (before !== "open" && before.why === "absent") return postponeAndThrow(deps, attempt, before.cause);
    const known = await intendReversal(deps, attempt);
    if (known !== "live") return known;
  }
  return reverse(deps, attempt);
}

async function intendReversal(deps: Deps, attempt: Attempt): Promise<"live" | "paid" | "gone"> {
  const now = deps.clock.now();
  const checkAt = addMs(now, CHECK_RETRY_MS);
  const found = await deps.store.transaction(async (tx) => {
    const locked = await tx.lockOrder(attempt.orderId);
    const held = locked?.attempts.find(({ id }) => id === attempt.id);
    if (held !== undefined && isLive(held)) await tx.markReversed(attempt.id, { now, checkAt });
    return held;
  });
  if (found !== undefined && isLive(found)) return "live";
  return found?.status === "succeeded" ? "paid" : "gone";
}

async function reverse(deps: Deps, attempt: Attempt): Promise<"paid" | "gone"> {
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer = await gateway.reverseTrade(attempt.number);
  if (answer.kind === "unknown") return stillReversing(deps, attempt, answer.cause);
  // Said is not done: only what WeChat says of the trade itself ends it.
  const found = await gateway.findTrade(attempt.number);
  if (found.kind === "unknown") return stillReversing(deps, attempt, found.cause);
  if (found.kind === "refused") {
    const isCertain = ageMs(deps, attempt) >= OPENING_GIVEN_UP_MS;
    return isCertain ? concludeClosed(deps, attempt, "absent") : stillReversing(deps, attempt, "absent");
  }
  const { state, payment } = found.value;
  if (state === "closed") return concludeClosed(deps, attempt, "reversed");
  const isRefused = answer.kind === "refused" && answer.reason === "not_reversible";
  if (payment !== null && isRefused) return keepPaid(deps, { attempt, gateway }, payment);
  return stillReversing(deps, attempt, answer.kind === "refused" ? answer.reason : `the trade is ${state} yet`);
}

/** WeChat will not give it back this way, so the money is here: a payment like any other. */
async function keepPaid(deps: Deps, asked: QueriedAttempt, trade: PaidTrade): Promise<"paid"> {
  const { attempt } = asked;
  const now = deps.clock.now();
  const conclusion = await deps.store.transaction(async (tx) => {
    await tx.lockOrder(attempt.orderId);
    await tx.giveUpReversal(attempt.id);
    return concludePayment(deps, tx, { trade, evidence: queryEvidence(asked.gateway), now });
  });
  deps.log.warn("payment.not_reversible", {
    orderId: attempt.orderId,
    attemptId: attempt.id,
    conclusion: conclusion.kind,
  });
  return "paid";
}

/** The sweep goes on with it; an alert is raised once this has gone on for a while. */
async function stillReversing(deps: Deps, attempt: Attempt, cause: string): Promise<never> {
  const now = deps.clock.now();
  if (attempt.reverseSince !== null && now.getTime() - attempt.reverseSince.getTime() >= REVERSAL_QUIET_MS) {
    const { id, orderId, number, dueFen } = attempt;
    const kind = "reversal_unanswered";
    const detail = { number, amountFen: dueFen, cause: cause.slice(0, 200) };
    await deps.store.transaction((tx) => tx.raiseAlert({ kind, cause: `${kind}:${id}`, orderId, detail, at: now }));
  }
  return postponeAndThrow(deps, attempt, cause);
}
