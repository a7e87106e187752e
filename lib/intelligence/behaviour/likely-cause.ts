import type { Anomaly } from "./anomaly.ts";

export const CAUSE_KINDS = ["wechat_error", "notices", "refunds", "dead_end", "conversion"] as const;
export type CauseKind = (typeof CAUSE_KINDS)[number];

/** What most likely is behind it: a code of WeChat, a channel, or the kind alone. */
export interface AnomalyCause {
  readonly kind: CauseKind;
  readonly key: string;
}

export interface Explained {
  readonly cause: AnomalyCause;
  readonly seen: readonly Anomaly[];
}

/** What was seen in one hour, by cause: fewer payments are a symptom where an error or a wrong app explains them. */
export function likelyCauses(seen: readonly Anomaly[]): Explained[] {
  const of = (...measures: Anomaly["measure"][]) => seen.filter(({ measure }) => measures.includes(measure));
  const [errors, conversions, deadEnds] = [of("wechat_error"), of("conversion"), of("dead_end")];
  const [worst] = sorted(errors);
  const explained: Explained[] = [];
  const explain = (kind: CauseKind, key: string, own: readonly Anomaly[]) => {
    if (own.length > 0) explained.push({ cause: { kind, key }, seen: sorted(own) });
  };
  const other = worst === undefined && deadEnds.length === 0;
  explain("wechat_error", worst?.key ?? "", [...errors, ...(worst === undefined ? [] : conversions)]);
  explain("notices", "", of("notice_delay", "paid_unnoticed"));
  explain("refunds", "", of("refund_count", "refund_amount"));
  explain("dead_end", "", [...deadEnds, ...(worst === undefined && deadEnds.length > 0 ? conversions : [])]);
  if (other) explain("conversion", channelOf(conversions), conversions);
  return explained;
}

function channelOf(conversions: readonly Anomaly[]): string {
  const channels = conversions.filter(({ key }) => key !== "all");
  return channels.length === 1 ? (channels[0]?.key ?? "all") : "all";
}

const sorted = (seen: readonly Anomaly[]): Anomaly[] =>
  seen.toSorted((one, other) => Math.abs(other.z) - Math.abs(one.z));
