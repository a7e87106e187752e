import { fullTime } from "#components/admin/moments.ts";
import type { TimelineEvent } from "#components/admin/timeline.tsx";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { declineOf } from "#lib/payment/index.ts";
import type { AttemptFacts, OrderStory, RefundFacts, WebhookFacts } from "#lib/storage/orders/order-story.ts";
import { type AdminText, counterText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import { auditTitle } from "../../audit-words.ts";

interface StoryText {
  readonly text: AdminText;
  readonly language: Language;
}

/** All events of an order in one list, newest first. */
export function eventsOf(order: OrderView, story: OrderStory, words: StoryText): TimelineEvent[] {
  const { text, language } = words;
  const events: TimelineEvent[] = [
    {
      at: new Date(order.createdAt),
      title: text.story.created,
      detail: fill(text.story.expires, { time: fullTime(order.expiresAt, language) }),
    },
    ...(order.closedAt === null ? [] : [{ at: new Date(order.closedAt), title: text.story.closed }]),
    ...story.attempts.flatMap((attempt) => attemptEvents(attempt, words)),
    ...story.notices.map(({ kind, number, at }) => ({ at, title: text.story.notices[kind], detail: number })),
    ...story.refunds.flatMap((refund) => refundEvents(refund, text)),
    ...story.webhooks.map((webhook) => webhookEvent(webhook, text)),
    ...story.alerts.map(({ kind, createdAt }): TimelineEvent => {
      const [title, hint] = text.alerts.kinds[kind] ?? [kind, ""];
      return { at: createdAt, title, detail: hint, tone: "failed" };
    }),
    ...story.audit.map(({ actor, at, ...entry }): TimelineEvent => ({ at, actor, title: auditTitle(entry, text) })),
  ];
  // Events of the same moment keep their order in the list.
  return events
    .map((event, place) => ({ event, place }))
    .sort((one, other) => other.event.at.getTime() - one.event.at.getTime() || other.place - one.place)
    .map(({ event }) => event);
}

function attemptEvents(attempt: AttemptFacts, { text, language }: StoryText): TimelineEvent[] {
  const { story, orders } = text;
  const events: TimelineEvent[] = [
    {
      at: attempt.createdAt,
      title: fill(story.opened, { channel: orders.channels[attempt.channel] }),
      detail: attempt.number,
    },
  ];
  if (attempt.paidAt !== null && attempt.verdict !== null) {
    events.push({
      at: notBefore(attempt.createdAt, attempt.paidAt),
      title: fill(story.paidWhat[attempt.verdict], { amount: amountText(attempt.amountPaid) }),
      detail: fill(story.transaction, { number: attempt.transactionId ?? "" }),
      tone: attempt.verdict === "settles" ? "ok" : "failed",
    });
  } else if (attempt.endedAt !== null) {
    const failed = attempt.status === "failed";
    const why = failed ? (attempt.failure ?? undefined) : attempt.number;
    const detail = attempt.channel === "codepay" ? counterText(language).declines[declineOf(attempt.failure)] : why;
    events.push({ at: attempt.endedAt, title: failed ? story.failed : story.attemptClosed, detail });
  }
  return events;
}

/** WeChat's times are whole seconds: an event in the second in which we started it comes after the start. */
const notBefore = (begun: Date | null, at: Date): Date => (begun !== null && at < begun ? begun : at);

function refundEvents(refund: RefundFacts, text: AdminText): TimelineEvent[] {
  const { story, refunds } = text;
  const amount = amountText(refund.amount);
  const why = refund.failure === null ? "" : (refunds.failures[refund.failure] ?? "");
  const origin = [story.refundOrigins[refund.origin], refund.number, refund.reason].filter(Boolean).join(" · ");
  const events: TimelineEvent[] = [
    { at: refund.createdAt, title: fill(story.refundRequested, { amount }), detail: origin },
  ];
  const { acceptedAt, succeededAt, closedAt } = refund;
  if (acceptedAt !== null) events.push({ at: acceptedAt, title: story.refundAccepted, detail: refund.number });
  if (refund.status === "abnormal") {
    events.push({ at: acceptedAt ?? refund.createdAt, title: story.refundAbnormal, detail: why, tone: "failed" });
  }
  if (closedAt !== null) {
    const detail = [why, refund.failureDetail].filter(Boolean).join(" · ");
    events.push({ at: closedAt, title: story.refundClosed, detail, tone: "failed" });
  }
  if (succeededAt !== null) {
    events.push({
      at: notBefore(acceptedAt, succeededAt),
      title: fill(story.refundSucceeded, { amount }),
      detail: [refund.number, splitOf(refund, text)].filter(Boolean).join(" · "),
      tone: "ok",
    });
  }
  return events;
}

/** With vouchers, the shopper receives and the merchant pays less than the refund amount. */
function splitOf({ amount, payerAmount, settledAmount }: RefundFacts, { vouchers }: AdminText): string {
  if (payerAmount === null || settledAmount === null || (payerAmount === amount && settledAmount === amount)) return "";
  return fill(vouchers.refundSplit, { payer: amountText(payerAmount), settled: amountText(settledAmount) });
}

function webhookEvent(webhook: WebhookFacts, { story }: AdminText): TimelineEvent {
  const { type, status, tries, lastStatus, lastError, url, createdAt, endedAt } = webhook;
  const how = [story.webhookStates[status], fill(story.tries, { count: tries }), lastStatus ?? lastError];
  return {
    at: endedAt ?? createdAt,
    title: fill(story.webhook, { type }),
    detail: [...how.filter((part) => part !== null), url].join(" · "),
    tone: status === "given_up" ? "failed" : "plain",
  };
}
