import { AppError } from "#lib/base/app-error.ts";
import type { Deps } from "../deps.ts";
import { isHeld } from "../domain/refund.ts";
import { expireApproval } from "./approve-refund.ts";
import { concludeRefund, lockRefund, nextLook } from "./conclude-refund.ts";
import { followApplication } from "./finish-abnormal.ts";
import { sendRefund } from "./send-refund.ts";

/**
 * Takes an unfinished refund one step on: ends a wait for a second person that took too long, sends what was not accepted yet,
 * asks WeChat about the rest and books what it says.
 * A final one is left alone.
 * @throws AppError `gateway_unavailable` when WeChat gave no certain answer (it is asked again by itself)
 */
export async function checkRefund(deps: Deps, refundId: string): Promise<void> {
  const refund = await deps.store.refunds.find(refundId);
  if (refund === null || !isHeld(refund)) return;
  if (refund.status === "awaiting_approval") return expireApproval(deps, refundId);
  if (refund.status === "requested") return sendRefund(deps, refundId);
  const file = await deps.store.findOrder(refund.orderId);
  const attempt = file?.attempts.find(({ id }) => id === refund.attemptId);
  if (attempt === undefined) return;
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer = await gateway.findRefund(refund.number);
  await deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { id: refundId });
    // Also one that has ended since we asked: `closed` is what WeChat said, money that went back is a fact.
    if (found === null) return;
    if (answer.kind === "done") await followApplication(deps, tx, { refundId, reported: answer.value });
    const judged = answer.kind === "done" ? await concludeRefund(deps, tx, { ...found, reported: answer.value }) : null;
    if (judged === "moves") return;
    const checks = found.refund.checks + 1;
    await tx.refunds.reschedule({ refund: { ...found.refund, checks }, checkAt: nextLook(checks, deps.clock.now()) });
  });
  if (answer.kind === "done") return;
  // WeChat accepted it once, so that it does not know it now is no answer either.
  const cause = answer.kind === "unknown" ? answer.cause : answer.reason;
  deps.log.warn("gateway.unknown", { refundId, cause });
  throw new AppError("gateway_unavailable", "WeChat Pay gave no certain answer about this refund; it is asked again", {
    retryAfterS: 5,
  });
}
