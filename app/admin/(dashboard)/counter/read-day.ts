import "server-only";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import type { CounterDay } from "#lib/contract/counter.ts";
import { readCounterDay } from "#lib/storage/counter/counter-day.ts";
import type { AdminRequest } from "../../admin-request.ts";

/** What was taken today, as the list below the keypad shows it. */
export function readDay({ container }: Pick<AdminRequest, "container">): Promise<CounterDay> {
  const now = container.clock.now();
  return readCounterDay(container.database.pool, { midnight: beijingMidnight(beijingDay(now)), now });
}
