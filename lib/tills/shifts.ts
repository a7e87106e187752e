import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { SHIFT_ASK_MS, SHIFT_TRADES_ASKED } from "#lib/base/till-limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { PaymentProcessor } from "#lib/payment/index.ts";
import type { HandOver, ShiftAccount, ShiftFilter, ShiftHead, ShiftReception, ShiftStore } from "./ports.ts";

export interface ShiftDeps {
  readonly store: ShiftStore;
  readonly payments: Pick<PaymentProcessor, "syncOrder">;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Shifts of tills. A payment or refund counts in the shift that is handed over next after it was booked, and in no other:
 * what WeChat confirms after a hand-over counts in the till's next shift, with the time it was paid.
 */
export interface Shifts {
  /**
   * Ends a shift: WeChat is asked about what is still open, then everything that counts in no shift yet counts in this one.
   * @throws AppError `not_found`; `conflict` when it was handed over before
   */
  handOver(handOver: Omit<HandOver, "at">): Promise<void>;
  /** @throws AppError `not_found` */
  get(shiftId: string): Promise<ShiftAccount>;
  /** Those that were handed over, the newest first. */
  list(filter: ShiftFilter): Promise<{ readonly data: ShiftHead[]; readonly nextCursor: string | null }>;
  listOpen(): Promise<ShiftHead[]>;
  /** Someone takes over what was handed over. @throws AppError `conflict` when someone has, or it is still open */
  receive(reception: Omit<ShiftReception, "at">): Promise<void>;
}

export function createShifts(deps: ShiftDeps): Shifts {
  const { store, clock } = deps;
  return {
    async handOver(handOver) {
      await askOpenTrades(deps, handOver.shiftId);
      const result = await store.handOver({ ...handOver, at: clock.now() });
      if (result === "absent") throw noShift();
      if (result === "closed_before") throw new AppError("conflict", "the shift was handed over before");
      deps.log.info("shift.handed_over", { shiftId: handOver.shiftId });
    },
    async get(shiftId) {
      const found = await store.find(shiftId);
      if (found === null) throw noShift();
      return found;
    },
    async list(filter) {
      const found = await store.list({ ...filter, limit: filter.limit + 1 });
      const data = found.slice(0, filter.limit);
      return { data, nextCursor: found.length > filter.limit ? (data.at(-1)?.id ?? null) : null };
    },
    listOpen: () => store.listOpen(),
    async receive(reception) {
      if (await store.receive({ ...reception, at: clock.now() })) return;
      throw new AppError("conflict", "the shift was taken over before, or is still open");
    },
  };
}

const noShift = (): AppError => new AppError("not_found", "there is no such shift");

/** What WeChat does not answer in time stays open in the account; the sweep goes on asking. */
async function askOpenTrades({ store, payments, log }: ShiftDeps, shiftId: string): Promise<void> {
  const orderIds = await store.openTrades(shiftId, SHIFT_TRADES_ASKED);
  const asking = Promise.allSettled(orderIds.map((orderId) => payments.syncOrder(orderId)));
  const answers = await withTimeout(asking, SHIFT_ASK_MS, () => null);
  const unanswered = answers === null || answers.some(({ status }) => status === "rejected");
  if (unanswered) log.warn("shift.trades_unanswered", { shiftId, asked: orderIds.length });
}
