import { beijingTime } from "#lib/base/beijing-time.ts";
import { addFen, fen, formatYuan, ZERO_FEN } from "#lib/base/fen.ts";
import type { OutboxNotification } from "#lib/storage/notifications/notification-outbox.ts";
import { adminText, approvalsText, type NotificationsText, notificationsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { isSentence } from "#lib/texts/sentence.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { fill } from "#lib/texts/words.ts";
import { cutToBytes, type MessageFact, type MessageItem, type PushMessage, plain } from "./message.ts";

/** The reader of a message. */
export interface MessageReader {
  readonly language: Language;
  /** Without a slash at the end. */
  readonly publicUrl: string;
}

const VALUE_BYTES_MAX = 300;
/** Kinds that a digest names; the rest is counted. */
const DIGEST_LINES_MAX = 12;

const yuan = (amount: number): string => `¥${formatYuan(fen(amount))}`;
const value = (text: string | number | null | undefined): string =>
  cutToBytes(plain(String(text ?? "")), VALUE_BYTES_MAX);

/** One notification in words: what happened, to which order, what it means, what to do, and where. */
export function composeMessage(notification: OutboxNotification, reader: MessageReader): PushMessage {
  const { message: words } = notificationsText(reader.language);
  const { title, text } = wordsOf(notification, reader);
  return {
    id: `ntf_${notification.id}`,
    level: notification.recovered ? "recovered" : levelOf(notification),
    title: notification.recovered ? fill(words.recovered, { title }) : title,
    facts: factsOf(notification, reader),
    text: notification.recovered ? words.recoveredText : text,
    lines: [],
    ...linkOf(notification, reader),
    at: notification.createdAt,
    items: [itemOf(notification)],
  };
}

export interface DigestReason {
  readonly why: "storm" | "quiet";
}

/** Several in one: sums of money, then each kind with how often it came, the worst first. */
export function composeDigest(
  all: readonly OutboxNotification[],
  { why }: DigestReason,
  reader: MessageReader,
): PushMessage {
  const { message: words } = notificationsText(reader.language);
  const count = all.length;
  const [first, last] = [all[0], all.at(-1)];
  const troubles = countedTitles(all, reader);
  const shown = troubles.slice(0, DIGEST_LINES_MAX);
  const rest = troubles.length - shown.length;
  return {
    id: `ntf_${first?.id}-${last?.id}x${count}`,
    level: all.some(({ critical, recovered }) => critical && !recovered) ? "critical" : levelOfMany(all),
    title: fill(why === "storm" ? words.stormTitle : words.quietTitle, { count }),
    facts: [
      { label: words.since, value: first === undefined ? "" : beijingTime(first.createdAt) },
      { label: words.time, value: last === undefined ? "" : beijingTime(last.createdAt) },
    ],
    text: why === "storm" ? words.stormText : words.quietText,
    lines: [...moneyLines(all, reader), ...shown, ...(rest > 0 ? [fill(words.more, { count: rest })] : [])],
    link: `${reader.publicUrl}/admin`,
    linkLabel: words.toHome,
    at: last?.createdAt ?? new Date(0),
    items: all.map(itemOf),
  };
}

const isMoney = ({ event }: OutboxNotification): boolean => event === "payment_received" || event === "refund_done";

const levelOf = (notification: OutboxNotification): PushMessage["level"] =>
  notification.critical ? "critical" : isMoney(notification) || notification.event === "test" ? "news" : "warning";
const levelOfMany = (all: readonly OutboxNotification[]): PushMessage["level"] =>
  all.every((notification) => isMoney(notification) || notification.recovered) ? "news" : "warning";

function moneyLines(all: readonly OutboxNotification[], { language }: MessageReader): string[] {
  const { message: words } = notificationsText(language);
  const line = (event: string, template: string) => {
    const those = all.filter((notification) => notification.event === event);
    const amount = addFen(ZERO_FEN, ...those.map((notification) => fen(notification.amount ?? 0)));
    return those.length === 0 ? [] : [fill(template, { count: those.length, amount: yuan(amount) })];
  };
  return [...line("payment_received", words.payments), ...line("refund_done", words.refunds)];
}

function countedTitles(all: readonly OutboxNotification[], reader: MessageReader): string[] {
  const { message: words } = notificationsText(reader.language);
  const counts = new Map<string, { count: number; critical: boolean }>();
  for (const notification of all) {
    if (isMoney(notification)) continue;
    const { title } = wordsOf(notification, reader);
    const full = notification.recovered ? fill(words.recovered, { title }) : title;
    const before = counts.get(full) ?? { count: 0, critical: false };
    counts.set(full, {
      count: before.count + 1,
      critical: before.critical || (notification.critical && !notification.recovered),
    });
  }
  return [...counts]
    .toSorted(([, one], [, other]) => Number(other.critical) - Number(one.critical) || other.count - one.count)
    .map(([title, { count }]) => (count === 1 ? title : fill(words.repeated, { title, count })));
}

const APPROVALS = [
  "refund_approval_asked",
  "refund_approval_approved",
  "refund_approval_declined",
  "refund_approval_expired",
] as const;

function wordsOf(notification: OutboxNotification, { language }: MessageReader): { title: string; text: string } {
  const { message: words } = notificationsText(language);
  const amount = yuan(notification.amount ?? 0);
  if (notification.kind === "payment_received") return { title: fill(words.payment, { amount }), text: "" };
  if (notification.kind === "refund_done") return { title: fill(words.refund, { amount }), text: "" };
  if (notification.kind === "test") return { title: words.testTitle, text: words.testText };
  if (notification.event === "access") return accountWords(notification, words);
  const approval = APPROVALS.find((kind) => kind === notification.kind);
  if (approval !== undefined) return words.approvals[approval];
  const [title = words.unknownAlert, hint = ""] = adminText(language).alerts.kinds[notification.kind] ?? [];
  // What the doctor found names the one thing to do next.
  return { title, text: value(sentenceIn(notification.detail.next, language)) || hint };
}

/** What happened to somebody's account: said to them as their own, to others by name. */
function accountWords(
  { kind, person, detail }: OutboxNotification,
  { account, newDevice, unknownAlert }: NotificationsText["message"],
): { title: string; text: string } {
  const kinds: Readonly<Record<string, string>> = account.kinds;
  const what = kinds[kind] ?? unknownAlert;
  if (person == null)
    return { title: fill(account.ofPerson, { person: value(detail.person), what }), text: account.others };
  return kind === "new_device" ? newDevice : { title: fill(account.ofOwn, { what }), text: account.own };
}

/** As the audit log names a cashier. */
const CASHIER = /^cashier:(.*) \(csh_\w+\)$/;

function factsOf(notification: OutboxNotification, { language }: MessageReader): MessageFact[] {
  const { message: words, ways } = notificationsText(language);
  const { detail } = notification;
  const way = (ways as Readonly<Record<string, string>>)[String(detail.channel ?? "")];
  const amount = notification.amount ?? detail.paidFen ?? detail.amountFen ?? null;
  const facts: readonly (readonly [string, string | number | null | undefined])[] = [
    [words.order, notification.outTradeNo],
    [words.number, detail.number ?? detail.transactionId],
    [words.amount, isMoney(notification) || typeof amount !== "number" ? null : yuan(amount)],
    [words.way, notification.kind === "payment_received" ? way : null],
    [words.askedBy, typeof detail.askedBy === "string" ? (CASHIER.exec(detail.askedBy)?.[1] ?? detail.askedBy) : null],
    [words.decidedBy, detail.decidedBy],
    [words.actor, notification.event === "access" ? detail.actor : null],
    [words.day, detail.day],
    [words.count, detail.count],
    [words.channel, notification.event === "channel" ? detail.channel : null],
    [words.address, detail.url ?? (notification.event === "access" ? detail.address : null)],
    [words.evidence, sentenceIn(detail.evidence, language)],
    [words.problem, detail.problem ?? reasonOf(detail.reason, language)],
    [words.testBy, notification.kind === "test" ? detail.actor : null],
    [words.time, beijingTime(notification.createdAt)],
  ];
  return facts.flatMap(([label, found]) =>
    found === null || found === undefined || found === "" ? [] : [{ label, value: value(found) }],
  );
}

/** A refund request's reason; of one that ended because the money went back meanwhile, in words. */
const reasonOf = (reason: string | number | null | undefined, language: Language) =>
  reason === "console_refund" ? approvalsText(language).consoleRefund : reason;

/** A sentence that was kept with its alert, in the reader's language; empty where there is none. */
function sentenceIn(kept: string | number | null | undefined, language: Language): string {
  if (typeof kept !== "string" || !kept.startsWith("{")) return "";
  try {
    const sentence: unknown = JSON.parse(kept);
    return isSentence(sentence) ? wordSentence(sentence, language) : "";
  } catch {
    return ""; // One sentence that cannot be read must not hold up the channel.
  }
}

/** Where the doctor looks at what may be wrong. */
const AT_THE_DOORS = ["silent_notices", "silent_pages", "failing_openings", "unreachable_pages"];

function linkOf(
  notification: OutboxNotification,
  { language, publicUrl }: MessageReader,
): Pick<PushMessage, "link" | "linkLabel"> {
  const { message: words } = notificationsText(language);
  const to = (path: string, linkLabel: string) => ({ link: `${publicUrl}/admin${path}`, linkLabel });
  const { day, channelId } = notification.detail;
  if (notification.orderId !== null) return to(`/orders/${notification.orderId}`, words.toOrder);
  if (notification.event === "differences" && typeof day === "string")
    return to(`/reconciliation/${day}`, words.toReconciliation);
  if (notification.event === "channel") return to(`/settings/notifications/${channelId}`, words.toChannel);
  if (notification.event === "access")
    return notification.person == null
      ? to("/settings/users", words.toPeople)
      : to("/settings/account", words.toAccount);
  if (notification.event === "test") return to("/settings/notifications", words.toChannel);
  if (notification.kind.startsWith("health_") || AT_THE_DOORS.includes(notification.kind))
    return to("/settings/doctor", words.toDoctor);
  return to("/alerts", words.toAlerts);
}

const itemOf = ({
  id,
  event,
  kind,
  recovered,
  orderId,
  outTradeNo,
  amount,
  createdAt,
}: OutboxNotification): MessageItem => ({
  id: `ntf_${id}`,
  ...{ event, kind, recovered, orderId, outTradeNo, amount },
  createdAt: createdAt.toISOString(),
});

/** Markdown as the robots of WeCom and DingTalk draw it; neither escapes, so the values are {@link plain} already. */
export function markdownOf(
  message: PushMessage,
  { brand, fact }: Pick<NotificationsText, "brand" | "fact">,
  bytesMax: number,
): string {
  const head = [`**${message.title}**`, ...message.facts.map((each) => `> ${fill(fact, { ...each })}`)];
  const body = bodyLines(message);
  const foot = `[${message.linkLabel}](${message.link}) · ${brand}`;
  // The link is the last to go.
  const room = bytesMax - Buffer.byteLength(`\n\n${foot}`);
  return `${cutToBytes([...head, "", ...body].join("\n"), room)}\n\n${foot}`;
}

/** For a card that has a title and a button of its own, and draws no quotations. */
export function cardTextOf(message: PushMessage, bytesMax: number): string {
  const facts = message.facts.map(({ label, value: fact }) => `**${label}** ${fact}`);
  return cutToBytes(
    [facts.join("\n"), bodyLines(message).join("\n")].filter((part) => part !== "").join("\n\n"),
    bytesMax,
  );
}

const bodyLines = ({ lines, text }: PushMessage): string[] => [
  ...lines.map((line) => `- ${line}`),
  ...(text === "" ? [] : [text]),
];
