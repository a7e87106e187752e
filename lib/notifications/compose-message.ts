import { beijingTime } from "#lib/base/beijing-time.ts";
import { addFen, fen, formatYuan, ZERO_FEN } from "#lib/base/fen.ts";
import type { ToldNotification } from "#lib/storage/notifications/notification-outbox.ts";
import { adminText, type NotificationsText, notificationsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { isSentence } from "#lib/texts/sentence.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { fill } from "#lib/texts/words.ts";
import { cutToBytes, type MessageFact, type MessageItem, type PushMessage, plain } from "./message.ts";

/** Whom a message is for. */
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
export function composeMessage(told: ToldNotification, reader: MessageReader): PushMessage {
  const { message: words } = notificationsText(reader.language);
  const { title, text } = wordsOf(told, reader);
  return {
    id: `ntf_${told.id}`,
    level: told.recovered ? "recovered" : levelOf(told),
    title: told.recovered ? fill(words.recovered, { title }) : title,
    facts: factsOf(told, reader),
    text: told.recovered ? words.recoveredText : text,
    lines: [],
    ...linkOf(told, reader),
    at: told.createdAt,
    items: [itemOf(told)],
  };
}

export interface DigestReason {
  readonly why: "storm" | "quiet";
}

/** Several in one: sums of money, then each kind with how often it came, the gravest first. */
export function composeDigest(
  all: readonly ToldNotification[],
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

const isMoney = ({ event }: ToldNotification): boolean => event === "payment_received" || event === "refund_done";

const levelOf = (told: ToldNotification): PushMessage["level"] =>
  told.critical ? "critical" : isMoney(told) || told.event === "test" ? "news" : "warning";
const levelOfMany = (all: readonly ToldNotification[]): PushMessage["level"] =>
  all.every((told) => isMoney(told) || told.recovered) ? "news" : "warning";

function moneyLines(all: readonly ToldNotification[], { language }: MessageReader): string[] {
  const { message: words } = notificationsText(language);
  const line = (event: string, template: string) => {
    const those = all.filter((told) => told.event === event);
    const amount = addFen(ZERO_FEN, ...those.map((told) => fen(told.amount ?? 0)));
    return those.length === 0 ? [] : [fill(template, { count: those.length, amount: yuan(amount) })];
  };
  return [...line("payment_received", words.payments), ...line("refund_done", words.refunds)];
}

function countedTitles(all: readonly ToldNotification[], reader: MessageReader): string[] {
  const { message: words } = notificationsText(reader.language);
  const counts = new Map<string, { count: number; critical: boolean }>();
  for (const told of all) {
    if (isMoney(told)) continue;
    const { title } = wordsOf(told, reader);
    const full = told.recovered ? fill(words.recovered, { title }) : title;
    const before = counts.get(full) ?? { count: 0, critical: false };
    counts.set(full, { count: before.count + 1, critical: before.critical || (told.critical && !told.recovered) });
  }
  return [...counts]
    .toSorted(([, one], [, other]) => Number(other.critical) - Number(one.critical) || other.count - one.count)
    .map(([title, { count }]) => (count === 1 ? title : fill(words.repeated, { title, count })));
}

function wordsOf(told: ToldNotification, { language }: MessageReader): { title: string; text: string } {
  const { message: words } = notificationsText(language);
  const amount = yuan(told.amount ?? 0);
  if (told.kind === "payment_received") return { title: fill(words.payment, { amount }), text: "" };
  if (told.kind === "refund_done") return { title: fill(words.refund, { amount }), text: "" };
  if (told.kind === "test") return { title: words.testTitle, text: words.testText };
  const [title = words.unknownAlert, hint = ""] = adminText(language).alerts.kinds[told.kind] ?? [];
  // What the doctor found names the one thing to do next.
  return { title, text: value(sentenceIn(told.detail.next, language)) || hint };
}

function factsOf(told: ToldNotification, { language }: MessageReader): MessageFact[] {
  const { message: words, ways } = notificationsText(language);
  const { detail } = told;
  const way = (ways as Readonly<Record<string, string>>)[String(detail.channel ?? "")];
  const amount = told.amount ?? detail.paidFen ?? detail.amountFen ?? null;
  const facts: readonly (readonly [string, string | number | null | undefined])[] = [
    [words.order, told.outTradeNo],
    [words.number, detail.number ?? detail.transactionId],
    [words.amount, isMoney(told) || typeof amount !== "number" ? null : yuan(amount)],
    [words.way, told.kind === "payment_received" ? way : null],
    [words.day, detail.day],
    [words.count, detail.count],
    [words.channel, told.event === "channel" ? detail.channel : null],
    [words.address, detail.url],
    [words.evidence, sentenceIn(detail.evidence, language)],
    [words.problem, detail.problem ?? detail.reason],
    [words.testBy, told.kind === "test" ? detail.actor : null],
    [words.time, beijingTime(told.createdAt)],
  ];
  return facts.flatMap(([label, found]) =>
    found === null || found === undefined || found === "" ? [] : [{ label, value: value(found) }],
  );
}

/** A sentence that was kept with its alert, in the reader's language; empty where there is none. */
function sentenceIn(kept: string | number | null | undefined, language: Language): string {
  if (typeof kept !== "string" || !kept.startsWith("{")) return "";
  const sentence: unknown = JSON.parse(kept);
  return isSentence(sentence) ? wordSentence(sentence, language) : "";
}

function linkOf(
  told: ToldNotification,
  { language, publicUrl }: MessageReader,
): Pick<PushMessage, "link" | "linkLabel"> {
  const { message: words } = notificationsText(language);
  const to = (path: string, linkLabel: string) => ({ link: `${publicUrl}/admin${path}`, linkLabel });
  const { day, channelId } = told.detail;
  if (told.orderId !== null) return to(`/orders/${told.orderId}`, words.toOrder);
  if (told.event === "differences" && typeof day === "string")
    return to(`/reconciliation/${day}`, words.toReconciliation);
  if (told.event === "channel") return to(`/settings/notifications/${channelId}`, words.toChannel);
  if (told.event === "test") return to("/settings/notifications", words.toChannel);
  if (told.kind.startsWith("health_")) return to("/settings/doctor", words.toDoctor);
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
}: ToldNotification): MessageItem => ({
  id: `ntf_${id}`,
  ...{ event, kind, recovered, orderId, outTradeNo, amount },
  createdAt: createdAt.toISOString(),
});

/** Markdown as the robots of WeCom and DingTalk draw it; neither escapes, so the values are {@link plain} already. */
export function markdownOf(
  message: PushMessage,
  { brand }: Pick<NotificationsText, "brand">,
  bytesMax: number,
): string {
  const head = [`**${message.title}**`, ...message.facts.map(({ label, value: fact }) => `> ${label}：${fact}`)];
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
