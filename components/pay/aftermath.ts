import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { Language } from "#lib/texts/language.ts";
import { type PayText, payText } from "#lib/texts/pay.ts";
import { type Aftermath, endingWords } from "./outcome.tsx";

/** What came after an order had ended; null where nothing did. */
export function aftermathOf(order: OrderView, { after }: PayText): Aftermath | null {
  if (order.amountRefunded > 0) {
    const all = order.status === "refunded";
    const amount = all ? "" : `${after.refundedAmount} ${amountText(order.amountRefunded)} · `;
    const title = all ? after.refundedTitle : after.partlyRefundedTitle;
    return { kind: "refunded", title, hint: `${amount}${after.refundedHint}` };
  }
  const late = order.extraPayments.filter(({ verdict }) => verdict === "late");
  if (order.status !== "closed" || late.length === 0) return null;
  const returned = late.every(({ resolution }) => resolution === "refunded");
  return { kind: "late", title: after.lateTitle, hint: returned ? after.lateRefunded : after.lateHint };
}

interface TitleParts {
  readonly shop: string;
  readonly language: Language;
  /** Back from WeChat's cashier; see PayLive. */
  readonly returned: boolean;
}

/** The title of the browser's tab: how much while it is due, and then what became of it. */
export function pageTitle(order: OrderView, { shop, language, returned }: TitleParts): string {
  const { status, paidAt } = order;
  if (status === "pending" && !returned) return `${amountText(order.amountDue)} · ${shop}`;
  const text = payText(language);
  const face = status === "pending" ? "confirming" : status;
  const ending = { face, paidAt, aftermath: aftermathOf(order, text), words: text.live } as const;
  return `${endingWords(ending).title} · ${shop}`;
}
