import { fen, formatYuan } from "#lib/base/fen.ts";
import { type Language, textsIn } from "#lib/texts/language.ts";
import type { Discrepancy } from "./discrepancy.ts";

/** What a sentence is made from. */
export type SentenceFacts = Omit<Discrepancy, "transactionId">;

/** What happened and what to do about it, for a shopkeeper. */
export function sentenceOf(facts: SentenceFacts, language: Language): string {
  return textsIn(language).differences.sentences[facts.kind]({
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
  const { states } = textsIn(language).differences;
  return Object.hasOwn(states, value) ? (states[value] ?? value) : value;
}

/** The first line of the exported table. */
export const exportHead = (language: Language): readonly string[] => textsIn(language).differences.head;
