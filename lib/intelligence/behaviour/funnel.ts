import { SHOPPERS_PER_FIGURE_MIN } from "#lib/base/behaviour-limits.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { BehaviourEvent } from "#lib/contract/behaviour.ts";
import { type Cell, cellsOf, payTime, plus } from "./cells.ts";
import { DROP_REASONS, type DropReason, journeysOf } from "./journey.ts";
import { groupBy, type Share, wilson } from "./statistics.ts";

export const FUNNEL_KEYS = ["day", "channel", "scene", "env"] as const;
export type FunnelKey = (typeof FUNNEL_KEYS)[number];

/** Viewed → tapped → paid, each step within the order, shares with their 95 % interval. */
export interface FunnelRow {
  /** Only those that were asked for. */
  readonly day?: string;
  readonly channel?: string;
  readonly scene?: string;
  readonly env?: string;
  /** Too few shoppers to say anything without pointing at somebody: every figure is null. */
  readonly hidden: boolean;
  readonly viewed: number | null;
  readonly tapped: number | null;
  readonly paid: number | null;
  readonly tappedOfViewed: Share | null;
  readonly paidOfTapped: Share | null;
  readonly paidOfViewed: Share | null;
  /** Seconds from the first look to the payment. */
  readonly payP50S: number | null;
  readonly payP90S: number | null;
  readonly reasons: readonly FunnelReason[];
}

interface FunnelReason {
  /** `various`: reasons that are too few to be listed. */
  readonly reason: DropReason | "various";
  /** WeChat's code, of `wechat_error`. */
  readonly code: string | null;
  readonly orders: number;
  /** What these orders would have paid, in fen. */
  readonly lost: number;
}

export interface FunnelOptions {
  /** What rows tell apart; everything in one row when empty. */
  readonly by?: readonly FunnelKey[];
  readonly now: Date;
}

/** Of events, as they were kept. */
export const funnel = (events: Iterable<BehaviourEvent>, { by = FUNNEL_KEYS, now }: FunnelOptions): FunnelRow[] =>
  funnelOf(cellsOf(journeysOf(events, now)), by);

/** Of cells, as they were rolled up; the same figures as of the events themselves. */
export function funnelOf(cells: Iterable<Cell>, by: readonly FunnelKey[] = FUNNEL_KEYS): FunnelRow[] {
  const groups = groupBy(cells, (cell) => by.map((key) => labelOf(cell, key)).join("|"));
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, group]) => {
      const [first, ...rest] = group;
      if (first === undefined) return [];
      const named = Object.fromEntries(by.map((key) => [key, labelOf(first, key)]));
      return [{ ...named, ...figuresOf(rest.reduce(plus, first)) }];
    });
}

const labelOf = (cell: Cell, key: FunnelKey): string => (key === "day" ? beijingDay(cell.startsAt) : cell[key]);

const HIDDEN = {
  ...{ hidden: true, viewed: null, tapped: null, paid: null },
  ...{ tappedOfViewed: null, paidOfTapped: null, paidOfViewed: null, payP50S: null, payP90S: null, reasons: [] },
};

function figuresOf({ viewed, tapped, paid, reasons, paySeconds }: Cell): Omit<FunnelRow, FunnelKey> {
  if (viewed < SHOPPERS_PER_FIGURE_MIN) return HIDDEN;
  const enoughPaid = paid >= SHOPPERS_PER_FIGURE_MIN;
  return {
    ...{ hidden: false, viewed, tapped, paid },
    tappedOfViewed: wilson(tapped, viewed),
    paidOfTapped: wilson(paid, tapped),
    paidOfViewed: wilson(paid, viewed),
    payP50S: enoughPaid ? payTime(paySeconds, 0.5) : null,
    payP90S: enoughPaid ? payTime(paySeconds, 0.9) : null,
    reasons: reasonsOf(reasons),
  };
}

/** In the order of §5. What is too rare to be named goes together, if together it is not too rare. */
function reasonsOf(sums: Cell["reasons"]): FunnelReason[] {
  const all = Object.entries(sums).map(([key, { orders, amount }]) => {
    const [reason = "", ...code] = key.split(":");
    return { reason: reason as DropReason, code: code.length === 0 ? null : code.join(":"), orders, lost: amount };
  });
  const named = all.filter(({ orders }) => orders >= SHOPPERS_PER_FIGURE_MIN);
  const rare = all.filter(({ orders }) => orders < SHOPPERS_PER_FIGURE_MIN);
  const [orders, lost] = rare.reduce(([o, l], each) => [o + each.orders, l + each.lost], [0, 0]);
  const place = ({ reason }: { reason: DropReason }) => DROP_REASONS.indexOf(reason);
  return [
    ...named.sort((one, other) => place(one) - place(other) || other.orders - one.orders),
    ...(orders >= SHOPPERS_PER_FIGURE_MIN ? [{ reason: "various" as const, code: null, orders, lost }] : []),
  ];
}
