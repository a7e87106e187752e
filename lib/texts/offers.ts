import { fen, formatYuan } from "../base/fen.ts";
import type { WeekWindow } from "../base/week-hours.ts";
import type { PromotionTerms, RejectionReason } from "../contract/promotions.ts";
import { HOME_LANGUAGE, type Language, textsIn } from "./language.ts";
import { scheduleText } from "./schedule.ts";
import { fill } from "./words.ts";
import type { OffersText } from "./zh-CN/offers.ts";

// What a promotion promises, why it does not apply, and what a little more would bring: worded when it is read.

const TIERS_SHOWN = 3;

/** The rule as a shop would write it on a card: `满30减5`, `第2件半价`. */
export function describePromotion(terms: PromotionTerms, language: Language = HOME_LANGUAGE): string {
  const text = textsIn(language).offers;
  const rule = ruleOf(terms, text).trim();
  return terms.cap === undefined ? rule : fill(text.capped, { rule, cap: yuan(terms.cap) });
}

function ruleOf(terms: PromotionTerms, text: OffersText): string {
  const from = startsAt(terms.threshold, text);
  const [n, off, share] = [terms.n ?? 0, yuan(terms.off ?? 0), text.share(terms.payBps ?? 0)];
  switch (terms.type) {
    case "amount_off": {
      const { amount = 0, qty } = terms.threshold ?? {};
      const quantity = startsAt({ qty }, text);
      if (terms.every === true) return fill(text.everyOff, { amount: yuan(amount), quantity, off });
      return from === "" ? fill(text.flatOff, { off }) : fill(text.off, { from, off });
    }
    case "tiered_off":
      return (terms.tiers ?? [])
        .toSorted((a, b) => a.threshold - b.threshold)
        .slice(-TIERS_SHOWN)
        .map((tier) => fill(text.tier, { threshold: yuan(tier.threshold), off: yuan(tier.off) }))
        .join(text.tierComma);
    case "percent_off":
      return fill(text.percent, { from, share });
    case "random_off":
      return fill(text.random, { from, min: yuan(terms.min ?? 0), max: yuan(terms.max ?? 0) });
    case "nth_discount":
      return fill(text.nth, { from, n, share });
    case "buy_get":
      return fill(text.buyGet, { buy: terms.buy ?? 0, get: terms.get ?? 0 });
    case "bundle_price":
      return fill(text.bundle, { n, price: yuan(terms.price ?? 0) });
    case "gift":
      return fill(text.gift, { from, count: terms.gift?.qty ?? 0 });
  }
}

function startsAt(threshold: PromotionTerms["threshold"], text: OffersText): string {
  const parts: string[] = [];
  if (threshold?.amount !== undefined) parts.push(fill(text.fromAmount, { amount: yuan(threshold.amount) }));
  if (threshold?.qty !== undefined) parts.push(fill(text.fromQuantity, { quantity: threshold.qty }));
  return parts.join(text.space);
}

/** `30`, `1.50`: no decimals where there are none. */
const yuan = (amount: number): string => formatYuan(fen(amount)).replace(/\.00$/, "");

/** A discount as an order keeps it; without `terms` it is from before there were any, and says what it holds. */
interface KeptDiscount {
  readonly name: string;
  readonly reason: string | null;
  readonly terms?: PromotionTerms | null | undefined;
}

/** Name and reason of a discount for the reader. A promotion without a name of its own is called what it promises. */
export function discountWords(
  { name, reason, terms }: KeptDiscount,
  language: Language,
): { name: string; why: string } {
  if (terms === undefined || terms === null) return { name, why: reason ?? name };
  const why = describePromotion(terms, language);
  return { name: name === describePromotion(terms) ? why : name, why };
}

/** The reason as the API shows it: in Chinese, null where the name says it already. */
export function discountReason({ name, reason, terms }: KeptDiscount): string | null {
  if (terms === undefined || terms === null) return reason;
  const sentence = describePromotion(terms);
  return sentence === name ? null : sentence;
}

export const recommendedWords = (sentence: string, language: Language): string =>
  fill(textsIn(language).offers.recommended, { sentence });

/** Why a promotion is not part of the price; `because` says more than the published reason. */
export interface RejectionFacts {
  readonly reason: RejectionReason;
  readonly name?: string | undefined;
  readonly because?: "unknown_shopper" | "donation" | "not_drawn" | undefined;
  /** Of a random promotion that was not drawn, in fen. */
  readonly range?: { readonly min: number; readonly max: number } | undefined;
  /** When it is valid in a week. */
  readonly window?: WeekWindow | undefined;
}

export function rejectionSentence(rejection: RejectionFacts, language: Language = HOME_LANGUAGE): string {
  const { name } = rejection;
  const text = textsIn(language).offers;
  const reason = rejectionReason(rejection, language);
  return name === undefined ? reason : fill(text.named, { name, reason });
}

function rejectionReason({ reason, because, range, window }: RejectionFacts, language: Language): string {
  const text = textsIn(language).offers;
  if (because === "donation") return text.donation;
  if (because === "unknown_shopper") return text.unknownShopper;
  if (because === "not_drawn" && range !== undefined) {
    return fill(text.notDrawn, { min: formatYuan(fen(range.min)), max: formatYuan(fen(range.max)) });
  }
  const when = reason === "window" ? scheduleText(window, language) : null;
  return when === null ? text.rejections[reason] : fill(text.notAtThisTime, { reason: text.rejections[reason], when });
}

/** `再买 ¥3.00 可减 ¥10.00`. */
export const nudgeSentence = (
  nudge: { readonly gap: number; readonly gain: number },
  language: Language = HOME_LANGUAGE,
) => fill(textsIn(language).offers.nudge, { more: formatYuan(fen(nudge.gap)), less: formatYuan(fen(nudge.gain)) });
