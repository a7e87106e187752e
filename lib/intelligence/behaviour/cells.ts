import { PAID_SOON_MS } from "#lib/base/behaviour-limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { type DropReason, hourOf, type Journey } from "./journey.ts";

/** Orders by when and where their page was first seen, added up: what every figure of the funnel is made of. */
export interface Cell {
  readonly startsAt: Date;
  readonly channel: string;
  readonly scene: string;
  readonly env: string;
  readonly viewed: number;
  readonly tapped: number;
  readonly paid: number;
  /** Within twenty minutes of the first look. */
  readonly paidSoon: number;
  readonly reasons: Readonly<Record<string, ReasonSum>>;
  readonly paySeconds: PaySeconds;
}

interface ReasonSum {
  readonly orders: number;
  /** What was to be paid, in fen. */
  readonly amount: number;
}

/** By hour, channel, scene and app; sorted, so that equal journeys give equal cells in any order. */
export function cellsOf(journeys: Iterable<Journey>): Cell[] {
  return addCells([...journeys].map(cellOf));
}

const cellOf = ({ viewedAt, channel, scene, env, tapped, paidAt, dropped }: Journey): Cell => {
  const tookMs = paidAt === null ? null : Math.max(0, paidAt.getTime() - viewedAt.getTime());
  return {
    ...{ startsAt: hourOf(viewedAt), channel, scene, env, viewed: 1 },
    tapped: tapped ? 1 : 0,
    paid: tookMs === null ? 0 : 1,
    paidSoon: tookMs !== null && tookMs <= PAID_SOON_MS ? 1 : 0,
    reasons: dropped === null ? {} : { [reasonKey(dropped)]: { orders: 1, amount: dropped.due } },
    paySeconds: tookMs === null ? {} : { [bucketOf(tookMs / SECOND_MS)]: 1 },
  };
};

const reasonKey = ({ reason, code }: { reason: DropReason; code: string | null }): string =>
  code === null ? reason : `${reason}:${code}`;

const keyOf = (cell: Cell): string => [cell.startsAt.toISOString(), cell.channel, cell.scene, cell.env].join("\n");

/** Cells of one place become one. */
export function addCells(cells: Iterable<Cell>): Cell[] {
  const sums = new Map<string, Cell>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const known = sums.get(key);
    sums.set(key, known === undefined ? cell : plus(known, cell));
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, cell]) => cell);
}

export function plus(one: Cell, other: Cell): Cell {
  const reasons: Record<string, ReasonSum> = { ...one.reasons };
  for (const [reason, { orders, amount }] of Object.entries(other.reasons)) {
    const known = reasons[reason];
    reasons[reason] = { orders: orders + (known?.orders ?? 0), amount: amount + (known?.amount ?? 0) };
  }
  return {
    ...one,
    viewed: one.viewed + other.viewed,
    tapped: one.tapped + other.tapped,
    paid: one.paid + other.paid,
    paidSoon: one.paidSoon + other.paidSoon,
    reasons,
    paySeconds: addPaySeconds(one.paySeconds, other.paySeconds),
  };
}

// How long paying takes, as a histogram that can be added up: to the second in the first minute, then in steps of 5 %.

const EXACT_BELOW = 64;
const STEP = Math.log(1.05);

/** Orders by bucket. */
export type PaySeconds = Readonly<Record<string, number>>;

export function bucketOf(seconds: number): number {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < EXACT_BELOW ? whole : EXACT_BELOW + Math.floor(Math.log(whole / EXACT_BELOW) / STEP);
}

/** The middle of what falls into the bucket. */
export function secondsOf(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket;
  return Math.round(EXACT_BELOW * Math.exp((bucket - EXACT_BELOW + 0.5) * STEP));
}

function addPaySeconds(one: PaySeconds, other: PaySeconds): PaySeconds {
  const sum: Record<string, number> = { ...one };
  for (const [bucket, orders] of Object.entries(other)) sum[bucket] = (sum[bucket] ?? 0) + orders;
  return sum;
}

/** Seconds that `part` of the orders took at most; null without orders. */
export function payTime(histogram: PaySeconds, part: number): number | null {
  const buckets = Object.entries(histogram).sort(([one], [other]) => Number(one) - Number(other));
  const orders = buckets.reduce((sum, [, count]) => sum + count, 0);
  let before = 0;
  for (const [bucket, count] of buckets) {
    before += count;
    if (before >= part * orders) return secondsOf(Number(bucket));
  }
  return null;
}
