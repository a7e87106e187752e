import type { Deps } from "../deps.ts";
import { isLive } from "../domain/attempt.ts";
import { confirmationOf, type Evidence, whyOnlyHint, withTime } from "../domain/evidence.ts";
import { afterPayment, type Judgement, judgeTrade } from "../domain/settlement.ts";
import type { TimedTrade } from "../domain/trade.ts";
import { orderView } from "../domain/views.ts";
import { splitOf } from "../domain/voucher.ts";
import type { PaidTrade } from "../ports/gateway.ts";
import type { Announcement, FoundTrade, Receipt } from "../ports/store.ts";

/** A payment that WeChat reports, by a notice or in an answer to us. */
interface ReportedPayment {
  readonly trade: PaidTrade;
  readonly evidence: Evidence;
  /** The notice, to be kept with what it causes; null for an answer. */
  readonly receipt: Receipt | null;
  readonly now: Date;
}

interface SettledTrade {
  readonly found: FoundTrade;
  readonly trade: TimedTrade;
  readonly judgement: Extract<Judgement, { verdict: "settles" }>;
}

/**
 * Settles an order without holding it: read, judge, and book in one statement that does nothing unless order and attempt
 * still are what was judged. Every payment that simply settles its order is booked this way, whoever reported it (decision 0170).
 * @returns false, and nothing has changed, if the case is not plain: that is judged under the order's lock
 */
export async function settleAtOnce(deps: Deps, reported: ReportedPayment): Promise<boolean> {
  const { evidence, receipt, now } = reported;
  const found = await deps.store.findTrade(reported.trade.number);
  if (found === null || !isLive(found.attempt) || whyOnlyHint(found.attempt, evidence) !== null) return false;
  const { order, attempt } = found;
  const trade = withTime(reported.trade, order, now);
  // A time that was replaced is said, and that is not this statement's business.
  if (trade.isPaidAtOurs) return false;
  const judgement = judgeTrade({ order, attempt, trade });
  if (judgement.verdict !== "settles") return false;
  const { verdict, journal } = judgement;
  const confirmation = confirmationOf(attempt, evidence);
  const ids = { attemptId: attempt.id, orderId: order.id };
  return deps.store.settle({
    payment: { ...ids, trade, split: splitOf(trade), verdict, journal, confirmation, now },
    order,
    receipt,
    announcement: await announcementOf(deps, { found, trade, judgement }, now),
  });
}

/** The event: the order as it will stand. */
async function announcementOf(deps: Deps, judged: SettledTrade, at: Date): Promise<Announcement | null> {
  const { id } = judged.found.order;
  const before = await deps.store.findOrderTogether(id);
  if (before === null) return null;
  const { found, judgement, trade } = judged;
  const after = afterPayment(before, { ...found, judgement, trade });
  const payload = orderView(after, deps.payUrl(id));
  return { id: deps.ids.make("event"), type: "order.paid", orderId: id, payload, at };
}
