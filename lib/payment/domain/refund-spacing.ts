import { REFUND_SPACING_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";

// WeChat Pay takes one refund of a trade per minute. Source: wechatpay.md §6.5.

/** What the spacing needs of a refund. */
interface SpacedRefund {
  readonly id: string;
  readonly status: string;
  readonly sendAt: Date | null;
  readonly sentAt: Date | null;
  readonly acceptedAt: Date | null;
}

/** When a new refund may be sent: after all that were sent or wait to be sent. */
export function plannedSendTime(others: readonly SpacedRefund[], now: Date): Date {
  return latest([
    now,
    ...others.flatMap((other) => spaced(other.status === "requested" ? planned(other) : sent(other))),
  ]);
}

/** When this refund may be sent, by what was really sent. */
export function earliestSendTime(refund: Pick<SpacedRefund, "id">, others: readonly SpacedRefund[], now: Date): Date {
  const rivals = others.filter(({ id }) => id !== refund.id);
  return latest([now, ...rivals.flatMap((other) => spaced(sent(other)))]);
}

/** A refund that WeChat refused was never made there, so it takes no minute. */
const sent = (refund: SpacedRefund): Date[] =>
  refund.status === "closed" && refund.acceptedAt === null ? [] : dates(refund.sentAt, refund.acceptedAt);
const planned = (refund: SpacedRefund): Date[] => dates(refund.sendAt, refund.sentAt);
const dates = (...moments: readonly (Date | null)[]): Date[] => moments.filter((moment) => moment !== null);
const spaced = (moments: readonly Date[]): Date[] => moments.map((moment) => addMs(moment, REFUND_SPACING_MS));
const latest = (moments: readonly Date[]): Date => new Date(Math.max(...moments.map((moment) => moment.getTime())));
