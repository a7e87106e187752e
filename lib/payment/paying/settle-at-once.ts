import type { Deps } from "../deps.ts";
import { isLive } from "../domain/attempt.ts";
import { confirmationOf, type Evidence, whyOnlyHint, withTime } from "../domain/evidence.ts";
import { afterPayment, type Judgement, judgeTrade } from "../domain/settlement.ts";
import type { TimedTrade } from "../domain/trade.ts";
import { orderView } from "../domain/views.ts";
import { splitOf } from "../domain/voucher.ts";
import type { Notification } from "../ports/gateway.ts";
import type { Announcement, FoundTrade } from "../ports/store.ts";

interface NoticedPayment {
  readonly notice: Extract<Notification, { kind: "payment" }>;
  readonly evidence: Evidence;
  readonly now: Date;
}

interface SettledTrade {
  readonly found: FoundTrade;
  readonly trade: TimedTrade;
  readonly judgement: Extract<Judgement, { verdict: "settles" }>;
}

/**
 * Settles an order without holding it: read, judge, and book in one statement that does nothing unless order and attempt
 * still are what was judged. Nearly every payment goes this way, in two round trips instead of six.
 * @returns false, and nothing has changed, if the case is not plain: that is judged under the order's lock
 */
export async function settleAtOnce(deps: Deps, noticed: NoticedPayment): Promise<boolean> {
  const { notice, evidence, now } = noticed;
  const found = await deps.store.findTrade(notice.trade.number);
  if (found === null || !isLive(found.attempt) || whyOnlyHint(found.attempt, evidence) !== null) return false;
  const { order, attempt } = found;
  const trade = withTime(notice.trade, order, now);
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
    receipt: { notification: notice, receivedAt: now },
    announcement: await announcementOf(deps, noticed, { found, trade, judgement }),
  });
}

/** The webhook event, if an endpoint subscribes to it: the order as it will stand. */
async function announcementOf(deps: Deps, noticed: NoticedPayment, judged: SettledTrade): Promise<Announcement | null> {
  const { id } = judged.found.order;
  const before = judged.found.subscribedEvents.includes("order.paid") ? await deps.store.findOrder(id) : null;
  if (before === null) return null;
  const { found, judgement, trade } = judged;
  const after = afterPayment(before, { ...found, judgement, trade });
  const payload = orderView(after, deps.payUrl(id));
  return { id: deps.ids.make("event"), type: "order.paid", orderId: id, payload, at: noticed.now };
}
