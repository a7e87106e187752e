export const MEASURES = [
  "conversion",
  "dead_end",
  "refund_count",
  "refund_amount",
  "notice_delay",
  "paid_unnoticed",
  "wechat_error",
] as const;
export type Measure = (typeof MEASURES)[number];

/** What was counted in one hour: `hits` of `total`; of `notice_delay` the 95th percentile in ms, of how many notices. */
export interface HourPoint {
  readonly measure: Measure;
  /** A channel (`all` for all together), a code of WeChat, or nothing. */
  readonly key: string;
  /** The hour's beginning. */
  readonly at: Date;
  readonly hits: number;
  readonly total: number;
  /** Counts for what is usual, and is not looked at itself. */
  readonly isFew?: boolean;
}

/** An hour that was not as such hours are. */
export interface Anomaly {
  readonly measure: Measure;
  readonly key: string;
  readonly at: Date;
  readonly value: number;
  readonly baseline: number;
  readonly z: number;
  readonly isWorse: boolean;
}
