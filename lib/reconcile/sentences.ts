import { fen, formatYuan } from "#lib/base/fen.ts";
import { differences as en } from "#lib/texts/en/differences.ts";
import type { Language } from "#lib/texts/language.ts";
import { type DifferencesText, differences as zh } from "#lib/texts/zh-CN/differences.ts";
import type { Discrepancy, DiscrepancyKind } from "./discrepancy.ts";

/** What a sentence is made from. */
export type SentenceFacts = Omit<Discrepancy, "transactionId">;

interface SentenceTexts extends DifferencesText {
  readonly sentences: Readonly<Record<DiscrepancyKind, DifferencesText["sentences"][string]>>;
}
const TEXTS: Readonly<Record<Language, SentenceTexts>> = { "zh-CN": zh, "zh-HK": zh, en };

/** What happened, and what to do about it, for somebody who keeps a shop. */
export function sentenceOf(facts: SentenceFacts, language: Language): string {
  return TEXTS[language].sentences[facts.kind]({
    trade: facts.tradeNumber ?? "–",
    refund: facts.refundNumber ?? "–",
    ours: shown(facts.ours, language),
    theirs: shown(facts.theirs, language),
  });
}

const shown = (value: number | string | null, language: Language): string => {
  if (value === null) return "–";
  return typeof value === "number" ? `¥${formatYuan(fen(value))}` : statusText(value, language);
};

/** A side of a difference that is no amount, for the reader. */
export function statusText(value: string, language: Language): string {
  const { states } = TEXTS[language];
  return Object.hasOwn(states, value) ? (states[value] ?? value) : value;
}

/** The first line of the exported table. */
export const exportHead = (language: Language): readonly string[] => TEXTS[language].head;
