import { fullTime } from "#components/admin/moments.ts";
import type { TimelineEvent, TimelineFact } from "#components/admin/timeline.tsx";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { declineOf } from "#lib/payment/index.ts";
import type { ListedAudit } from "#lib/storage/operations/audit-log.ts";
import type { AttemptFacts, OrderStory, RefundFacts } from "#lib/storage/orders/order-story.ts";
import { type AdminText, counterText, storyText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { auditActor, auditTitle } from "../../audit-words.ts";
import { applicationEvents, approvalEvents, TOLD_OTHERWISE } from "./story-approvals.ts";
import { decisionEvents } from "./story-decisions.ts";
import { printEvent, pushEvent, receiptMailEvent, webhookEvent } from "./story-deliveries.tsx";
import { messageEvent } from "./story-messages.tsx";

export const STORY_KINDS = ["order", "decisions", "messages", "deliveries", "people"] as const;
export type StoryKind = (typeof STORY_KINDS)[number];

interface StoryWords {
  readonly text: AdminText;
  readonly language: Language;
}

interface ToldStory {
  readonly order: OrderView;
  readonly story: OrderStory;
  readonly kind: StoryKind | "all";
}

/** All events of an order in one list, or those of one kind, oldest first. */
export function storyEvents({ order, story, kind }: ToldStory, adminRequest: AdminRequest): TimelineEvent[] {
  const { text, language } = adminRequest;
  const byKind: Readonly<Record<StoryKind, () => TimelineEvent[]>> = {
    order: () => orderEvents(order, story, adminRequest),
    decisions: () => decisionEvents(order, story.decisions, language),
    messages: () => story.messages.map((message) => messageEvent(message, order.id, adminRequest)),
    deliveries: () => [
      ...story.webhooks.map((webhook) => webhookEvent(webhook, order.id, adminRequest)),
      ...story.pushes.map((push) => pushEvent(push, order.id, adminRequest)),
      ...story.prints.map((print) => printEvent(print, adminRequest)),
      ...story.receiptMails.map((mail) => receiptMailEvent(mail, adminRequest)),
    ],
    // Requests for a second person's approval belong here as well: who asked, who agreed, and why.
    people: () => [
      ...story.approvals.flatMap((approval) => approvalEvents(approval, story, adminRequest)),
      ...story.applications.flatMap((application, place) => applicationEvents(application, place, adminRequest)),
      ...story.audit
        .filter(({ action }) => !TOLD_OTHERWISE.has(action))
        .map(
          ({ id, at, ...entry }): TimelineEvent => ({
            id: `audit-${id}`,
            at,
            actor: auditActor(entry, text),
            title: auditTitle(entry, text),
            facts: auditFacts(entry),
          }),
        ),
    ],
  };
  const events = STORY_KINDS.filter((each) => kind === "all" || kind === each).flatMap((each) => byKind[each]());
  // Events of the same moment keep their order in the list.
  return events
    .map((event, place) => ({ event, place }))
    .sort((one, other) => one.event.at.getTime() - other.event.at.getTime() || one.place - other.place)
    .map(({ event }) => event);
}

/** What an entry of the audit log holds beside its words, as it is. */
const auditFacts = ({ detail }: Pick<ListedAudit, "detail">): TimelineFact[] =>
  Object.entries(detail).flatMap(([label, value]) =>
    typeof value === "string" || typeof value === "number" ? [{ label, value: String(value) }] : [],
  );

function orderEvents(order: OrderView, story: OrderStory, words: StoryWords): TimelineEvent[] {
  const { text, language } = words;
  return [
    {
      id: "created",
      at: new Date(order.createdAt),
      title: text.story.created,
      detail: fill(text.story.expires, { time: fullTime(order.expiresAt, language) }),
    },
    ...(order.closedAt === null ? [] : [{ id: "closed", at: new Date(order.closedAt), title: text.story.closed }]),
    ...story.attempts.flatMap((attempt) => attemptEvents(attempt, words)),
    ...story.notices.map(({ kind, number, at }, place) => ({
      ...{ id: `notice-${place}`, at, title: text.story.notices[kind], detail: number },
    })),
    ...story.refunds.flatMap((refund) => refundEvents(refund, text)),
    ...story.alerts.map(({ id, kind, createdAt }): TimelineEvent => {
      const [title, hint] = text.alerts.kinds[kind] ?? [kind, ""];
      return { id: `alert-${id}`, at: createdAt, title, detail: hint, tone: "failed" };
    }),
  ];
}

function attemptEvents(attempt: AttemptFacts, { text, language }: StoryWords): TimelineEvent[] {
  const { story, orders } = text;
  const events: TimelineEvent[] = [
    {
      id: `${attempt.number}-opened`,
      at: attempt.createdAt,
      title: fill(story.opened, { channel: orders.channels[attempt.channel] }),
      detail: attempt.number,
    },
  ];
  if (attempt.paidAt !== null && attempt.verdict !== null) {
    const { facts, evidence } = storyText(language);
    const proof: Readonly<Record<string, string>> = evidence;
    events.push({
      id: `${attempt.number}-paid`,
      at: notBefore(attempt.createdAt, attempt.paidAt),
      title: fill(story.paidWhat[attempt.verdict], { amount: amountText(attempt.amountPaid) }),
      detail: fill(story.transaction, { number: attempt.transactionId ?? "" }),
      tone: attempt.verdict === "settles" ? "ok" : "failed",
      facts: [
        { label: facts.transaction, value: attempt.transactionId ?? "", isCopied: true },
        { label: facts.number, value: attempt.number, isCopied: true },
        { label: facts.evidence, value: proof[attempt.confirmedBy ?? ""] ?? "" },
      ],
    });
  } else if (attempt.endedAt !== null) {
    const failed = attempt.status === "failed";
    const why = failed ? (attempt.failure ?? undefined) : attempt.number;
    const detail = attempt.channel === "codepay" ? counterText(language).declines[declineOf(attempt.failure)] : why;
    events.push({
      id: `${attempt.number}-ended`,
      at: attempt.endedAt,
      title: failed ? story.failed : story.attemptClosed,
      detail,
    });
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
    {
      id: `${refund.id}-requested`,
      at: refund.createdAt,
      title: fill(story.refundRequested, { amount }),
      detail: origin,
    },
  ];
  const { acceptedAt, succeededAt, closedAt } = refund;
  if (acceptedAt !== null) {
    events.push({ id: `${refund.id}-accepted`, at: acceptedAt, title: story.refundAccepted, detail: refund.number });
  }
  if (refund.status === "abnormal") {
    events.push({
      id: `${refund.id}-abnormal`,
      at: acceptedAt ?? refund.createdAt,
      title: story.refundAbnormal,
      detail: why,
      tone: "failed",
    });
  }
  if (closedAt !== null) {
    const detail = [why, refund.failureDetail].filter(Boolean).join(" · ");
    events.push({ id: `${refund.id}-closed`, at: closedAt, title: story.refundClosed, detail, tone: "failed" });
  }
  if (succeededAt !== null) {
    events.push({
      id: `${refund.id}-succeeded`,
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
