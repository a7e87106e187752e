import { beijingDayAfter, beijingMidnight } from "#lib/base/beijing-time.ts";
import { REFUND_STATUSES } from "#lib/contract/refund.ts";
import { isDay } from "../reconciliation/days.ts";

/** What the list can be narrowed to: what the API calls pending, and of it what waits for a second person. */
export const REFUND_CHOICES = ["awaiting", ...REFUND_STATUSES] as const;

/**
 * Refunds of a status that arrived on these days of Beijing, the last one included, and match what was typed; what is neither a
 * status nor a day is ignored. `kept` is the same for an address.
 */
export function refundFilterOf(search: Readonly<Record<string, string>>) {
  const status = REFUND_CHOICES.find((each) => each === search.status);
  const from = isDay(search.from) ? search.from : undefined;
  const to = isDay(search.to) ? search.to : undefined;
  const q = (search.q ?? "").trim().slice(0, 128) || undefined;
  return {
    ...{ q, status, from, to },
    kept: {
      ...(q === undefined ? {} : { q }),
      ...(status === undefined ? {} : { status }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    } as Readonly<Record<string, string>>,
    filter: {
      ...(q === undefined ? {} : { text: q }),
      ...(status === undefined ? {} : { status }),
      ...(from === undefined ? {} : { from: beijingMidnight(from) }),
      ...(to === undefined ? {} : { to: beijingMidnight(beijingDayAfter(to)) }),
    },
  };
}
