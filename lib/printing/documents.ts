import { beijingTime } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { ReceiptFacts, RefundReceiptFacts } from "#lib/storage/printing/receipt-facts.ts";
import { adminText, printingText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { ShiftAccount, ShiftSums } from "#lib/tills/index.ts";
import type { PaperPart } from "./paper.ts";

// What is printed, in words. Pure: the same facts make the same document.

/** What a document depends on besides its facts. */
export interface DocumentContext {
  readonly language: Language;
  /** The same was printed before, or may have been. */
  readonly reprint: boolean;
  readonly printedAt: Date;
  /** Without a slash at the end; the QR code leads to the order's page there. */
  readonly publicUrl: string;
}

const yuan = (amount: number): string => formatYuan(fen(amount));
/** Of what may be below nothing, like the net of a shift. */
const signedYuan = (amount: number): string => (amount < 0 ? `-${yuan(-amount)}` : yuan(amount));
const RULE: PaperPart = { kind: "rule" };
const pair = (left: string, right: string, isBold = false): PaperPart => ({ kind: "pair", left, right, isBold });
const text = (words: string, look?: "title" | "centre" | "bold"): PaperPart => ({
  kind: "text",
  text: words,
  ...(look === undefined ? {} : { look }),
});
const optional = (label: string, value: string | null): PaperPart[] => (value === null ? [] : [pair(label, value)]);

export function receiptDocument(order: ReceiptFacts, context: DocumentContext): PaperPart[] {
  const words = printingText(context.language).paper;
  const { payment } = order;
  const wechatDiscount = payment === null ? 0 : payment.amountPaid - payment.payerAmount;
  return [
    ...head(order, words.receipt, context),
    RULE,
    ...order.items.flatMap(({ name, unitAmount, quantity, discount }) => [
      text(name),
      pair(`  ${yuan(unitAmount)} x ${quantity}`, yuan(unitAmount * quantity)),
      ...(discount === 0 ? [] : [pair(`  ${words.itemDiscount}`, `-${yuan(discount)}`)]),
    ]),
    RULE,
    ...(order.amountDiscount === 0
      ? []
      : [pair(words.total, yuan(order.amountTotal)), pair(words.discount, `-${yuan(order.amountDiscount)}`)]),
    pair(words.due, yuan(order.amountDue)),
    ...(wechatDiscount > 0 ? [pair(words.wechatDiscount, `-${yuan(wechatDiscount)}`)] : []),
    payment === null ? text(words.unpaid, "bold") : pair(words.paid, `${yuan(payment.payerAmount)}${words.yuan}`, true),
    ...(order.refunded === 0 ? [] : [pair(words.refunded, yuan(order.refunded))]),
    RULE,
    ...(payment === null ? [] : paymentLines(payment, context.language)),
    pair(words.number, order.number),
    { kind: "qr", content: `${context.publicUrl}/pay/${order.orderId}` },
    text(words.scan, "centre"),
    ...foot(context),
  ];
}

function paymentLines(payment: NonNullable<ReceiptFacts["payment"]>, language: Language): PaperPart[] {
  const words = printingText(language).paper;
  const channels: Readonly<Record<string, string>> = adminText(language).orders.channels;
  return [
    pair(words.channel, channels[payment.channel] ?? payment.channel),
    pair(words.paidAt, beijingTime(payment.paidAt)),
    ...optional(words.transaction, payment.transactionId),
  ];
}

export function refundDocument({ order, ...refund }: RefundReceiptFacts, context: DocumentContext): PaperPart[] {
  const words = printingText(context.language).paper;
  return [
    ...head(order, words.refund, context),
    RULE,
    pair(words.refundAmount, `${yuan(refund.amount)}${words.yuan}`, true),
    ...(order.payment === null ? [] : [pair(words.originallyPaid, yuan(order.payment.payerAmount))]),
    ...optional(words.reason, refund.reason),
    pair(words.refundedAt, beijingTime(refund.at)),
    RULE,
    pair(words.refundNumber, refund.number),
    pair(words.number, order.number),
    ...optional(words.transaction, order.payment?.transactionId ?? null),
    text(words.refundWay),
    ...foot(context),
  ];
}

/** A hand-over (交班). */
export function shiftDocument(
  shift: ShiftAccount,
  names: { readonly shop: string; readonly closedBy: string | null },
  context: DocumentContext,
): PaperPart[] {
  const words = printingText(context.language).paper;
  const channels: Readonly<Record<string, string>> = adminText(context.language).orders.channels;
  const { sums } = shift;
  const counted = ({ count, sumFen }: { readonly count: number; readonly sumFen: number }) =>
    `${fill(words.count, { count })} ${yuan(sumFen)}`;
  return [
    text(names.shop, "title"),
    text(words.shift, "centre"),
    ...marks(context),
    RULE,
    pair(words.store, shift.store.name),
    pair(words.till, shift.till.name),
    pair(words.shiftNumber, String(shift.number)),
    pair(words.shiftFrom, beijingTime(shift.since ?? shift.openedAt)),
    ...(shift.closedAt === null ? [] : [pair(words.shiftTo, beijingTime(shift.closedAt))]),
    ...optional(words.closedBy, names.closedBy),
    RULE,
    pair(words.payments, counted(sums.payments)),
    ...(sums.other.count === 0 ? [] : [pair(words.other, counted(sums.other))]),
    pair(words.refunds, counted(sums.refunds)),
    pair(words.net, `${signedYuan(netFen(sums))}${words.yuan}`, true),
    RULE,
    ...shift.lines.map((line) =>
      pair(`${words[line.kind]} ${channels[line.channel] ?? line.channel} ${line.cashier?.name ?? ""}`, counted(line)),
    ),
    ...(sums.open.count === 0 ? [] : [pair(words.open, counted(sums.open))]),
    ...(sums.refunding.count === 0 ? [] : [pair(words.refunding, counted(sums.refunding))]),
    ...optional(words.note, shift.note),
    text(""),
    text(words.signature),
    text(""),
    text(words.receiver),
    ...foot(context),
  ];
}

const netFen = ({ payments, other, refunds }: ShiftSums): number => payments.sumFen + other.sumFen - refunds.sumFen;

/** Everything that a printer may do wrong is on it: wide and bold, two cells a character, the right edge, a code. */
export function testDocument(shop: string, context: DocumentContext): PaperPart[] {
  const words = printingText(context.language).paper;
  return [
    text(shop, "title"),
    text(words.test, "centre"),
    RULE,
    text(words.testChinese),
    text("ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789"),
    pair(words.testLeft, words.testRight, true),
    pair(words.paid, `38.50${words.yuan}`, true),
    { kind: "qr", content: `${context.publicUrl}/admin/settings/printers` },
    ...foot(context),
  ];
}

function head(order: ReceiptFacts, title: string, context: DocumentContext): PaperPart[] {
  const words = printingText(context.language).paper;
  const place = [
    ...optional(words.store, order.store?.name ?? null),
    ...optional(words.till, order.till),
    ...optional(words.cashier, order.cashier),
    ...optional(words.phone, order.store?.phone ?? null),
  ];
  return [
    text(order.shop, "title"),
    text(title, "centre"),
    ...marks(context),
    ...(order.sandbox ? [text(words.sandbox, "centre")] : []),
    ...(place.length === 0 ? [] : [RULE, ...place]),
  ];
}

const marks = ({ reprint, language }: DocumentContext): PaperPart[] =>
  reprint ? [text(printingText(language).paper.reprint, "title")] : [];

function foot({ language, printedAt }: DocumentContext): PaperPart[] {
  const words = printingText(language).paper;
  return [text(`${words.printedAt} ${beijingTime(printedAt)}`, "centre")];
}
