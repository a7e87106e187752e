import type { TimelineEvent } from "#components/admin/timeline.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { type AbnormalApplication, CONSOLE_REFUND, type RefundApproval } from "#lib/payment/index.ts";
import type { OrderStory } from "#lib/storage/orders/order-story.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { actorName } from "../../audit-words.ts";
import { applicationWords } from "../../refunds/abnormal-words.ts";

type StoryReader = Pick<AdminRequest, "text" | "language">;

/** Entries of the audit log that have their own line here, with the reason. */
export const TOLD_OTHERWISE: ReadonlySet<string> = new Set(
  ["approve", "decline", "withdraw", "expire", "finish"].map((verb) => `refund.${verb}`),
);

/** Who asked for a refund that needs a second person, who answered, and why. */
export function approvalEvents(
  { refundId, askedBy, askedAt, aboveFen, end }: RefundApproval,
  { refunds }: Pick<OrderStory, "refunds">,
  { text, language }: StoryReader,
): TimelineEvent[] {
  const { story, above, consoleRefund } = approvalsText(language);
  const amount = amountText(refunds.find(({ id }) => id === refundId)?.amount ?? 0);
  const asked: TimelineEvent = {
    id: `${refundId}-asked`,
    at: askedAt,
    actor: actorName(askedBy, text),
    title: fill(story.asked, { amount }),
    detail: fill(above, { amount: amountText(aboveFen) }),
  };
  if (end === null) return [asked];
  const answered: TimelineEvent = {
    id: `${refundId}-answered`,
    at: end.at,
    actor: end.by === null ? undefined : actorName(end.by.actor, text),
    title: fill(story[end.decision], { amount }),
    detail: end.reason === CONSOLE_REFUND ? consoleRefund : (end.reason ?? undefined),
    tone: end.decision === "approved" ? "ok" : "failed",
  };
  return [asked, answered];
}

/** What was asked of WeChat about an abnormal refund. */
export function applicationEvents(
  application: AbnormalApplication,
  place: number,
  { text, language }: StoryReader,
): TimelineEvent[] {
  const words = approvalsText(language).abnormal;
  const { askedBy, askedAt, endedAt, failure, failureDetail } = application;
  const asked: TimelineEvent = {
    id: `application-${place}`,
    at: askedAt,
    actor: actorName(askedBy, text),
    title: applicationWords(application, words.story, words),
  };
  if (endedAt === null || failure === null) return [asked];
  const detail = [words.failures[failure] ?? failure, failureDetail].filter(Boolean).join(" · ");
  return [asked, { id: `application-${place}-ended`, at: endedAt, title: words.ended, detail, tone: "failed" }];
}
