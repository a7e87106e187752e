import type { Promotion, RejectionReason } from "../contract/promotions.ts";
import { REJECTION_REASONS, termsOf } from "../contract/promotions.ts";
import { type Language, textsIn } from "./language.ts";
import { describePromotion } from "./offers.ts";
import { scheduleText } from "./schedule.ts";
import { fill } from "./words.ts";
import type { CodeEntryText } from "./zh-CN/code-entry.ts";

export type { CodeEntryText } from "./zh-CN/code-entry.ts";

export const codeEntryText = (language: Language): CodeEntryText => textsIn(language).codeEntry;

/** What became of a promotion code, for its shopper. */
const CODE_RESULTS = [
  ...(["applied", "already", "unknown", "ended", "used", "tooMany", "busy", "failed", "unknownShopper"] as const),
  ...REJECTION_REASONS,
] as const;
export type CodeResult = (typeof CODE_RESULTS)[number];

export const isCodeResult = (text: string): text is CodeResult => CODE_RESULTS.some((result) => result === text);

interface CodeSituation {
  readonly result: CodeResult;
  /** Of a good code: what its promotion asks for. */
  readonly rule: Promotion | null;
  readonly now: Date;
}

export function codeAnswerText({ result, rule, now }: CodeSituation, language: Language): string {
  const words = codeEntryText(language);
  const { rejections, unknownShopper } = textsIn(language).offers;
  switch (result) {
    case "applied":
    case "already":
    case "unknown":
    case "ended":
    case "used":
    case "tooMany":
    case "busy":
    case "failed":
      return words[result];
    case "unknownShopper":
      return fill(words.notForOrder, { reason: unknownShopper });
    case "window":
      return windowText(rule, now, language);
    case "threshold":
      if (rule === null) return fill(words.notForOrder, { reason: rejections.threshold });
      return fill(words.threshold, { rule: describePromotion(termsOf(rule), language) });
    case "group":
    case "exclusive":
    case "stack":
    case "worse":
      return words.notBetter;
    default:
      return fill(words.notForOrder, { reason: rejections[result satisfies RejectionReason] });
  }
}

function windowText(rule: Promotion | null, now: Date, language: Language): string {
  const words = codeEntryText(language);
  const { start, end } = rule?.window ?? {};
  if (start !== undefined && Date.parse(start) > now.getTime()) return words.soon;
  const when = scheduleText(rule?.window, language);
  if (when === null || (end !== undefined && Date.parse(end) <= now.getTime())) return words.ended;
  return fill(words.hours, { when });
}
