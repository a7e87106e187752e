import { AppError } from "#lib/base/app-error.ts";
import { CHECK_RETRY_MS, CODEPAY_CHECK_MS, CODEPAY_URGENT_MS, OPENING_GIVEN_UP_MS } from "#lib/base/limits.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { Gateway, PaidTrade, Trade } from "../ports/gateway.ts";
import { type Conclusion, concludePayment } from "./conclude-payment.ts";
import { settleAtOnce } from "./settle-at-once.ts";

/** What asking WeChat about an attempt came to. `open`: it can still be paid. */
export type CheckResult = "paid" | "gone" | "open";

/** No certain answer; `absent`: WeChat does not know the trade, which a call on its way may still change. */
export interface NoCertainAnswer {
  readonly why: "unanswered" | "absent";
  readonly cause: string;
}

/** Asks once; books `paid` and `closed`. @throws AppError `gateway_unavailable` without a certain answer */
export async function queryAttempt(deps: Deps, attempt: Attempt): Promise<CheckResult> {
  const result = await queryOnce(deps, attempt);
  return typeof result === "string" ? result : postponeAndThrow(deps, attempt, result.cause);
}

/** The same for who goes on without an answer. A trade WeChat does not know is given up only when no call of ours can be on its way. */
export async function queryOnce(deps: Deps, attempt: Attempt): Promise<CheckResult | NoCertainAnswer> {
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer: Outcome<Trade, "absent"> = await gateway.findTrade(attempt.number);
  if (answer.kind === "unknown") return { why: "unanswered", cause: answer.cause };
  if (answer.kind === "refused") {
    const ageMs = deps.clock.now().getTime() - attempt.createdAt.getTime();
    if (ageMs < OPENING_GIVEN_UP_MS) return { why: "absent", cause: "WeChat does not know the trade yet" };
    return concludeClosed(deps, attempt, "absent");
  }
  return concludeAnswer(deps, { attempt, gateway }, answer.value);
}

/** An attempt, and the account that answered. */
export interface QueriedAttempt {
  readonly attempt: Attempt;
  readonly gateway: Pick<Gateway, "accountId" | "protocol">;
}

export const queryEvidence = ({ accountId, protocol }: QueriedAttempt["gateway"]): Evidence => ({
  kind: "query",
  accountIds: [accountId],
  protocol,
});

/** Books what WeChat says of a trade. */
export async function concludeAnswer(
  deps: Deps,
  asked: QueriedAttempt,
  { state, payment }: Trade,
): Promise<CheckResult> {
  if (payment !== null) return concludePaid(deps, asked, payment);
  return state === "closed" ? concludeClosed(deps, asked.attempt, "closed_at_wechat") : "open";
}

async function concludePaid(deps: Deps, { attempt, gateway }: QueriedAttempt, trade: PaidTrade): Promise<CheckResult> {
  const now = deps.clock.now();
  const evidence = queryEvidence(gateway);
  if (await settleAtOnce(deps, { trade, evidence, receipt: null, now })) return found(deps, attempt, "judged");
  const conclusion = await deps.store.transaction((tx) => concludePayment(deps, tx, { trade, evidence, now }));
  // It is being reversed, so this answer is out of date.
  if (conclusion.kind === "being_reversed") return "open";
  return found(deps, attempt, conclusion.kind);
}

function found({ log }: Deps, { id: attemptId, orderId }: Attempt, conclusion: Conclusion["kind"]): "paid" {
  log.info("payment.found", { orderId, attemptId, conclusion });
  return "paid";
}

export async function concludeClosed(deps: Deps, attempt: Attempt, reason: string): Promise<"paid" | "gone"> {
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
  // It changed in the meantime: a notice may have come first.
  const file = await deps.store.findOrder(attempt.orderId);
  const now = file?.attempts.find((one) => one.id === attempt.id);
  return now?.status === "succeeded" ? "paid" : "gone";
}

/** Nothing is certain: the attempt is asked after again by itself. */
export async function postponeAndThrow(deps: Deps, attempt: Attempt, cause: string): Promise<never> {
  const now = deps.clock.now();
  // The shopper is waiting at the counter.
  const isUrgent = attempt.channel === "codepay" && now.getTime() - attempt.createdAt.getTime() < CODEPAY_URGENT_MS;
  await deps.store.postponeCheck(attempt.id, addMs(now, isUrgent ? CODEPAY_CHECK_MS : CHECK_RETRY_MS));
  deps.log.warn("gateway.unknown", { orderId: attempt.orderId, attemptId: attempt.id, cause });
  throw new AppError("gateway_unavailable", "WeChat Pay gave no certain answer about this order; it is asked again", {
    retryAfterS: 5,
  });
}
