import { ABANDONED_AFTER_MS } from "#lib/base/behaviour-limits.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import type { BehaviourEvent } from "#lib/contract/behaviour.ts";
import { groupBy } from "./statistics.ts";

/** Why an order that was looked at was not paid. In the order of smart.md §5. */
export const DROP_REASONS = [
  "wrong_app",
  "cancelled",
  "wechat_error",
  "expired_after_tap",
  "left_without_tapping",
  "price_step",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** What one order went through on its page. */
export interface Journey {
  readonly orderId: string;
  readonly viewedAt: Date;
  /** Where the page was first seen, and what it led with. */
  readonly channel: string;
  readonly scene: string;
  readonly env: string;
  readonly form: string;
  /** Paying needs no touch where a code is scanned: who has paid counts as having acted. */
  readonly tapped: boolean;
  readonly paidAt: Date | null;
  /** Its time is up, and it was not paid. */
  readonly dropped: { readonly reason: DropReason; readonly code: string | null; readonly due: number } | null;
  /** Not final, and nothing has happened for ten minutes. */
  readonly abandoned: boolean;
}

/** One journey for each order with a viewed page; the order of the events does not matter. */
export function journeysOf(events: Iterable<BehaviourEvent>, now: Date): Journey[] {
  return [...groupBy(events, ({ orderId }) => orderId).values()].flatMap((own) => {
    const journey = journeyOf(own, now);
    return journey === null ? [] : [journey];
  });
}

const inOrder = (one: BehaviourEvent, other: BehaviourEvent): number =>
  one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : Number(one.id > other.id));

function journeyOf(unsorted: readonly BehaviourEvent[], now: Date): Journey | null {
  const events = once(unsorted).sort(inOrder);
  const first = events.find(({ type }) => type === "page_viewed");
  if (first === undefined) return null;
  const paid = events.find(({ type }) => type === "paid");
  const expired = events.find(({ type }) => type === "expired");
  const lastAt = events.reduce((last, { at }) => Math.max(last, at.getTime()), 0);
  return {
    ...{ orderId: first.orderId, viewedAt: first.at, channel: first.channel },
    ...{ scene: first.scene, env: first.env, form: first.form },
    tapped: paid !== undefined || events.some(({ type }) => type === "pay_tapped" || type === "code_scanned"),
    paidAt: paid?.at ?? null,
    dropped: paid === undefined && expired !== undefined ? dropOf(events, expired) : null,
    abandoned: paid === undefined && expired === undefined && now.getTime() - lastAt >= ABANDONED_AFTER_MS,
  };
}

/** A repeated event is the same event. */
const once = (events: readonly BehaviourEvent[]): BehaviourEvent[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];

/** The last sign counts: who was cancelled and touched again is not lost to the cancelling. Merely looking is the weakest. */
function dropOf(events: readonly BehaviourEvent[], expired: BehaviourEvent): NonNullable<Journey["dropped"]> {
  const signs = new Map<DropReason, number>();
  const offersAt = offerViews(events);
  let code: string | null = null;
  events.forEach((event, at) => {
    const looks = event.type === "page_viewed" || event.type === "channel_shown";
    if (looks && event.channel === "guide") signs.set("wrong_app", at);
    else if (looks) signs.delete("wrong_app");
    if (event.type === "pay_tapped") signs.set("expired_after_tap", at);
    if (event.type === "cancelled") signs.set("cancelled", at);
    if (event.type === "failed") {
      signs.set("wechat_error", at);
      code = typeof event.props.code === "string" ? event.props.code : null;
    }
    if (offersAt.get(at) === "gone") signs.set("price_step", at);
  });
  const none: [DropReason, number] = ["left_without_tapping", -1];
  const [reason] = [...signs].reduce((last, sign) => (sign[1] >= last[1] ? sign : last), none);
  const due = typeof expired.props.due === "number" ? expired.props.due : 0;
  return { reason, code: reason === "wechat_error" ? code : null, due };
}

/** Views of the page (by their place) that showed no offer any more although one before did. */
function offerViews(events: readonly BehaviourEvent[]): Map<number, "gone"> {
  const views = events.flatMap(({ type, session, at }, place) =>
    type === "page_viewed" ? [{ session, at, place }] : [],
  );
  const found = new Map<number, "gone">();
  let had = false;
  views.forEach(({ place }, index) => {
    const end = views[index + 1]?.place ?? events.length;
    const shows = events.slice(place, end).some(({ type }) => type === "offer_shown");
    if (had && !shows) found.set(place, "gone");
    had ||= shows;
  });
  return found;
}

/** The hour a moment lies in; Beijing's hours begin with UTC's. */
export const hourOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / HOUR_MS) * HOUR_MS);
