import { beijingTimestamp } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { isScene } from "#lib/intelligence/index.ts";
import type { ReceiptFacts } from "#lib/storage/printing/receipt-facts.ts";
import type { Language } from "#lib/texts/language.ts";
import { payTextFor } from "#lib/texts/pay.ts";
import { fill } from "#lib/texts/words.ts";
import { escaped, type Mail } from "./channels/mail-server.ts";
import { plain } from "./message.ts";

interface ReceiptReader {
  readonly language: Language;
  /** The shop's name as shoppers see it. */
  readonly shop: string;
  /** Without a slash at the end. */
  readonly publicUrl: string;
}

interface ReceiptRow {
  readonly label: string;
  readonly value: string;
  readonly isStrong?: boolean;
}

const yuan = (amount: number): string => `¥${formatYuan(fen(amount))}`;

/** The receipt of an order as its page shows it, as text and as HTML without pictures. Pure. */
export function composeReceiptMail(
  facts: ReceiptFacts,
  { language, shop, publicUrl }: ReceiptReader,
): Omit<Mail, "id" | "to"> {
  const text = payTextFor(isScene(facts.scene) ? facts.scene : "other", language);
  const { mail } = text.receipt;
  const rows = rowsOf(facts, text);
  const link = `${publicUrl}/pay/${encodeURIComponent(facts.orderId)}/receipt`;
  const note = [...(facts.sandbox ? [text.sandbox] : []), text.receipt.note, mail.why];
  const name = plain(shop);
  const subject = fill(mail.subject, { shop: name, amount: yuan(facts.payment?.payerAmount ?? 0) });
  return {
    fromName: name,
    subject: facts.sandbox ? `${subject} (${text.sandbox})` : subject,
    text: [
      `${name} · ${text.receipt.title}`,
      rows.map(({ label, value }) => `${label}: ${value}`).join("\n"),
      `${mail.open}: ${link}`,
      note.join("\n"),
    ].join("\n\n"),
    html: `<div lang="${language}" style="font:16px/1.6 system-ui,sans-serif;color:#1b211e;max-width:560px">
<h1 style="font-size:20px">${escaped(name)} · ${escaped(text.receipt.title)}</h1>
<table style="border-collapse:collapse;width:100%">${rows.map(htmlRow).join("")}</table>
<p><a href="${escaped(link)}" style="display:inline-block;padding:10px 18px;border-radius:10px;background:#0b7a4b;color:#fff;text-decoration:none">${escaped(mail.open)}</a></p>
${note.map((line) => `<p style="font-size:13px;color:#5c6660">${escaped(line)}</p>`).join("\n")}
</div>`,
  };
}

const htmlRow = ({ label, value, isStrong = false }: ReceiptRow): string =>
  `<tr><td style="padding:4px 16px 4px 0;color:#5c6660">${escaped(label)}</td><td style="padding:4px 0;text-align:right${
    isStrong ? ";font-weight:600" : ""
  }">${escaped(value)}</td></tr>`;

function rowsOf(facts: ReceiptFacts, text: ReturnType<typeof payTextFor>): ReceiptRow[] {
  const { receipt } = text;
  const { payment } = facts;
  const payer = payment?.payerAmount ?? 0;
  const wechatDiscount = (payment?.amountPaid ?? 0) - payer;
  const optional = (label: string, value: string | null): ReceiptRow[] => (value === null ? [] : [{ label, value }]);
  return [
    ...facts.items.map(({ name, quantity, unitAmount }) => ({
      label: `${plain(name)} × ${quantity}`,
      value: yuan(unitAmount * quantity),
    })),
    ...optional(text.discount, facts.amountDiscount > 0 ? `−${yuan(facts.amountDiscount)}` : null),
    ...optional(text.wechatDiscount, wechatDiscount > 0 ? `−${yuan(wechatDiscount)}` : null),
    { label: text.paid, value: yuan(payer), isStrong: true },
    ...optional(text.refunded, facts.refunded > 0 ? yuan(facts.refunded) : null),
    ...(payment === null
      ? []
      : [{ label: receipt.paidAt, value: beijingTimestamp(payment.paidAt).slice(0, 16).replace("T", " ") }]),
    { label: receipt.way, value: receipt.wechat },
    { label: text.orderNumber, value: facts.number },
    ...optional(receipt.transaction, payment?.transactionId ?? null),
  ];
}
