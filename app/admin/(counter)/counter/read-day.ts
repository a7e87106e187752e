import "server-only";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import type { CounterDay } from "#lib/contract/counter.ts";
import { readCounterDay } from "#lib/storage/counter/counter-day.ts";
import type { CounterRequest } from "../../counter-request.ts";

/** What was taken today, as the list below the keypad shows it; at a till, by that till. */
export function readDay({
  container,
  place,
  historySince,
}: Pick<CounterRequest, "container" | "place" | "historySince">): Promise<CounterDay> {
  const now = container.clock.now();
  const since = historySince ?? beijingMidnight(beijingDay(now));
  return readCounterDay(container.database.pool, { since, tillId: place?.till?.id ?? null, now });
}
