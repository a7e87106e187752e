import { isAppError } from "#lib/base/app-error.ts";
import { SWEEP_BATCH } from "#lib/base/limits.ts";
import type { Deps } from "../ports.ts";
import { checkAttempt } from "./check-attempt.ts";
import { closeOrder } from "./close-order.ts";

export interface SweepReport {
  /** Rows that were due and claimed by this round. */
  readonly attempts: number;
  readonly orders: number;
  /** Of these, how many ended without a certain answer; they come again by themselves. */
  readonly postponed: number;
}

/** How many calls to WeChat one sweep makes side by side. */
const SIDE_BY_SIDE = 8;

/**
 * One round over the rows that are due: unfinished attempts are asked after, expired orders closed. Any number of workers
 * may sweep at once; a claimed row is theirs until its lease ends, and every task may run twice.
 */
export async function sweep(deps: Deps): Promise<SweepReport> {
  const now = deps.clock.now();
  const attempts = await deps.store.claimDueAttempts(now, SWEEP_BATCH);
  const orders = await deps.store.claimExpiredOrders(now, SWEEP_BATCH);
  const tasks = [
    ...attempts.map(
      ({ orderId }) =>
        () =>
          checkAttempt(deps, orderId),
    ),
    ...orders.map((orderId) => () => closeOrder(deps, orderId)),
  ];
  const failures = await runSideBySide(tasks, (cause) => {
    // No certain answer is ordinary here; anything else is worth a line, and the row comes again all the same.
    if (!isAppError(cause) || cause.code !== "gateway_unavailable") deps.log.error("sweep.failed", { cause });
  });
  return { attempts: attempts.length, orders: orders.length, postponed: failures };
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
