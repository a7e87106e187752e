import { isAppError } from "#lib/base/app-error.ts";
import { SWEEP_BATCH } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "./deps.ts";
import { closeOrder } from "./orders/index.ts";
import { checkAttempt, checkHintedTrade, refundExtraPayment } from "./paying/index.ts";
import { bookForeignRefund, checkRefund } from "./refunds/index.ts";

export interface SweepReport {
  /** Rows that were due and claimed by this round. */
  readonly attempts: number;
  /** Trades that notices hinted at. */
  readonly hints: number;
  readonly orders: number;
  /** Refunds under way, those made in WeChat's console, and money that goes back by policy. */
  readonly refunds: number;
  /** Of these, how many ended without a certain answer; they come again by themselves. */
  readonly postponed: number;
}

/** How many calls to WeChat one sweep makes side by side. */
const SIDE_BY_SIDE = 8;

/**
 * One round over the rows that are due: unfinished attempts are asked after, expired orders closed, refunds sent and asked
 * after. Any number of workers may sweep at once; a claimed row is theirs until its lease ends, and every task may run twice.
 */
export async function sweep(deps: Deps): Promise<SweepReport> {
  const now = deps.clock.now();
  const attempts = await deps.store.claimDueAttempts(now, SWEEP_BATCH);
  const hints = await deps.store.claimDueTradeChecks(now, SWEEP_BATCH);
  const orders = await deps.store.claimExpiredOrders(now, SWEEP_BATCH);
  const refunds = await refundTasks(deps, now);
  const tasks = [
    ...attempts.map(
      ({ orderId }) =>
        () =>
          checkAttempt(deps, orderId),
    ),
    ...hints.map((check) => () => checkHintedTrade(deps, check)),
    ...orders.map((orderId) => () => closeOrder(deps, orderId)),
    ...refunds,
  ];
  const failures = await runSideBySide(tasks, (cause) => {
    // No certain answer is ordinary here; anything else is worth a line, and the row comes again all the same.
    if (!isAppError(cause) || cause.code !== "gateway_unavailable") deps.log.error("sweep.failed", { cause });
  });
  return {
    attempts: attempts.length,
    hints: hints.length,
    orders: orders.length,
    refunds: refunds.length,
    postponed: failures,
  };
}

async function refundTasks(deps: Deps, now: Date): Promise<(() => Promise<unknown>)[]> {
  const due = await deps.store.refunds.claimDue(now, SWEEP_BATCH);
  const foreign = await deps.store.refunds.claimDueForeign(now, SWEEP_BATCH);
  const policy = (await deps.extraMoney?.()) ?? { kind: "manual" };
  const open =
    policy.kind === "automatic" ? await deps.store.refunds.listOpenMoney(addMs(now, -policy.afterMs), SWEEP_BATCH) : [];
  return [
    ...due.map(
      ({ refundId }) =>
        () =>
          checkRefund(deps, refundId),
    ),
    ...foreign.map((each) => () => bookForeignRefund(deps, each)),
    ...open.map((payment) => () => refundExtraPayment(deps, { ...payment, origin: "policy" })),
  ];
}

async function runSideBySide(
  tasks: readonly (() => Promise<unknown>)[],
  onFailure: (cause: unknown) => void,
): Promise<number> {
  const queue = tasks.values();
  let failures = 0;
  const lane = async () => {
    for (const task of queue) {
      try {
        await task();
      } catch (cause) {
        failures++;
        onFailure(cause);
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return failures;
}
