import { ActionForm } from "#components/admin/action-form.tsx";
import type { FormAction } from "#components/admin/action-state.ts";
import { fullTime } from "#components/admin/moments.ts";
import type { TimelineEvent } from "#components/admin/timeline.tsx";
import type { KnownReceiptMail } from "#lib/storage/notifications/receipt-mails.ts";
import type { PrintFacts, PushFacts, WebhookFacts } from "#lib/storage/orders/order-story.ts";
import { notificationsText, printingText, storyText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { actorName } from "../../audit-words.ts";
import { notificationTitle } from "../../notification-title.ts";
import { receiptMailTitle } from "../../receipt-mail-title.ts";
import { resendNotification, resendWebhook } from "./delivery-actions.ts";

/** A webhook of the order on its way to one endpoint. */
export function webhookEvent(webhook: WebhookFacts, orderId: string, adminRequest: AdminRequest): TimelineEvent {
  const { text, language } = adminRequest;
  const words = storyText(language);
  const { eventId, endpointId, type, status, tries, lastStatus, lastError, url, createdAt, endedAt, nextAt } = webhook;
  const answer = [lastStatus === null ? null : `HTTP ${lastStatus}`, lastError].filter(Boolean).join(" · ");
  return {
    id: `webhook-${eventId}-${endpointId}`,
    at: endedAt ?? createdAt,
    title: fill(words.webhookTitle, { type, state: text.story.webhookStates[status] }),
    detail: [fill(text.story.tries, { count: tries }), answer, url].filter(Boolean).join(" · "),
    tone: status === "given_up" ? "failed" : "plain",
    facts: [
      { label: words.facts.number, value: eventId, isCopied: true },
      { label: words.facts.url, value: url },
      { label: words.facts.tries, value: String(tries) },
      ...(answer === "" ? [] : [{ label: words.facts.answer, value: answer }]),
      ...(nextAt === null ? [] : [{ label: words.facts.next, value: fullTime(nextAt, language) }]),
      { label: words.facts.payload, value: webhook.payload },
    ],
    reasons: webhook.log.map(({ number, startedAt, durationMs, status: answered, answer: said, error }) => {
      const took = fill(words.milliseconds, { count: durationMs });
      const what = [answered === null ? null : `HTTP ${answered}`, error, took, said];
      return `${number}. ${fullTime(startedAt, language)} · ${what.filter(Boolean).join(" · ")}`;
    }),
    more: webhook.isEnded ? (
      <p className="text-sm text-soft">{words.resendDisabled}</p>
    ) : (
      resendForm(resendWebhook, { orderId, eventId, endpointId }, adminRequest)
    ),
  };
}

/** A message to people on its way to one channel. */
export function pushEvent(push: PushFacts, orderId: string, adminRequest: AdminRequest): TimelineEvent {
  const { text, language } = adminRequest;
  const words = storyText(language);
  const { page } = notificationsText(language);
  const { notificationId, channelId, channel, status, tries, lastAnswer, createdAt, endedAt } = push;
  const states: Readonly<Record<string, string>> = page.deliveries;
  const kind = notificationTitle(push, adminRequest);
  return {
    id: `push-${notificationId}-${channelId}`,
    at: endedAt ?? createdAt,
    title: fill(words.pushTitle, { channel, kind, state: states[status] ?? status }),
    detail: [tries > 1 ? fill(text.story.tries, { count: tries }) : null, lastAnswer].filter(Boolean).join(" · "),
    tone: status === "given_up" ? "failed" : "plain",
    facts: [
      { label: words.facts.channel, value: channel },
      { label: words.facts.tries, value: String(tries) },
      ...(lastAnswer === null ? [] : [{ label: words.facts.answer, value: lastAnswer }]),
    ],
    more: resendForm(resendNotification, { orderId, notificationId, channelId }, adminRequest),
  };
}

/** A receipt on its way to a printer. */
export function printEvent(print: PrintFacts, { text, language }: AdminRequest): TimelineEvent {
  const words = storyText(language);
  const { page } = printingText(language);
  const states: Readonly<Record<string, string>> = page.jobStates;
  const kinds: Readonly<Record<string, string>> = page.jobs;
  const { id, kind, printer, status, lastAnswer, createdAt, createdBy, endedAt } = print;
  return {
    id: `print-${id}`,
    at: endedAt ?? createdAt,
    title: fill(words.printTitle, { printer, kind: kinds[kind] ?? kind, state: states[status] ?? status }),
    detail: lastAnswer ?? "",
    tone: status === "unknown" ? "failed" : "plain",
    actor: createdBy === null ? words.automatic : actorName(createdBy, text),
  };
}

/** A receipt that the shopper had sent by e-mail; the address is masked. */
export function receiptMailEvent(mail: KnownReceiptMail, { text, language }: AdminRequest): TimelineEvent {
  const words = storyText(language);
  const { id, status, tries, lastAnswer, createdAt, endedAt } = mail;
  return {
    id: `receipt-mail-${id}`,
    at: endedAt ?? createdAt,
    title: receiptMailTitle(mail, words, notificationsText(language)),
    detail: [tries > 1 ? fill(text.story.tries, { count: tries }) : null, lastAnswer].filter(Boolean).join(" · "),
    tone: status === "given_up" ? "failed" : "plain",
  };
}

const resendForm = (
  action: FormAction,
  hidden: Readonly<Record<string, string>>,
  { text, language, may }: AdminRequest,
) =>
  may("deliveries.resend") ? (
    <ActionForm
      action={action}
      submit={storyText(language).resend}
      working={text.working}
      tone="plain"
      hidden={hidden}
    />
  ) : null;
