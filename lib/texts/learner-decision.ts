import { fen, formatYuan } from "../base/fen.ts";
import { type Language, textsIn } from "./language.ts";
import { fill } from "./words.ts";

/** What a decision about an optional offer keeps, as far as it is told. */
interface ToldDecision {
  readonly arm: string;
  /** How likely this arm was. */
  readonly propensity: number;
  readonly arms: readonly {
    readonly id: string;
    /** What the offer is called; decisions from before it was kept have none. */
    readonly name?: string | undefined;
    readonly probability: number;
    /** The estimate that the shopper pays. */
    readonly pays: number;
    readonly costFen: number;
  }[];
  /** Of a decision from before it was worded when read: the sentence it holds. */
  readonly sentence?: string | null | undefined;
}

/** The arm that offers nothing. */
const NOTHING = "none";

/** Why this decision, in one sentence for the merchant. */
export function decisionSentence({ arm, propensity, arms, sentence }: ToldDecision, language: Language): string {
  if (sentence != null) return sentence;
  const { decision: text } = textsIn(language).learner;
  const nothing = arms.find(({ id }) => id === NOTHING);
  const chosen = arms.find(({ id }) => id === arm);
  if (arms.length <= 1 || nothing === undefined || chosen === undefined) return text.noOffers;
  const chance = percent(propensity);
  if (arm === NOTHING) {
    const isWorthless = arms.every(({ id, probability }) => id === NOTHING || probability === 0);
    return fill(text.nothing, { why: isWorthless ? text.worthless : text.drawn, chance });
  }
  const effect =
    chosen.pays > nothing.pays
      ? fill(text.rises, { from: percent(nothing.pays), to: percent(chosen.pays) })
      : text.trial;
  const cost = formatYuan(fen(Math.round(chosen.costFen)));
  return fill(text.chosen, { name: chosen.name ?? chosen.id, effect, cost, chance });
}

const percent = (part: number): string => `${Math.round(part * 100)}%`;
