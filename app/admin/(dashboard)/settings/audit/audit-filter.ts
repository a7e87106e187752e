import { beijingDayAfter, beijingMidnight } from "#lib/base/beijing-time.ts";
import { isDay } from "../../reconciliation/days.ts";

/** What entries are about, by the beginning of their action. */
export const AUDIT_TOPICS = [
  ...(["order", "refund", "shift", "admin", "user", "session", "config", "key", "webhook", "promotion"] as const),
  ...([
    "notification_channel",
    "printer",
    "backup",
    "ledger",
    "retention",
    "alert",
    "store",
    "till",
    "cashier",
  ] as const),
] as const;

const TEXT_CHARS_MAX = 100;

/** What is neither a topic nor a day is ignored. `kept` is the same for an address. */
export function auditFilterOf(search: Readonly<Record<string, string>>) {
  const about = AUDIT_TOPICS.find((each) => each === search.about);
  const from = isDay(search.from) ? search.from : undefined;
  const to = isDay(search.to) ? search.to : undefined;
  const text = (search.q ?? "").trim().slice(0, TEXT_CHARS_MAX) || undefined;
  const kept = Object.entries({ about, q: text, from, to }).filter((entry): entry is [string, string] => !!entry[1]);
  return {
    ...{ about, from, to, text },
    kept: Object.fromEntries(kept),
    filter: {
      ...(about === undefined ? {} : { about }),
      ...(text === undefined ? {} : { text }),
      ...(from === undefined ? {} : { from: beijingMidnight(from) }),
      ...(to === undefined ? {} : { to: beijingMidnight(beijingDayAfter(to)) }),
    },
  };
}
