import { unpackModel } from "./pack-text-model.ts";
import { readLexicon } from "./read-lexicon.ts";
import { argmax, gramScores, mixExperts, softmax } from "./score-text.ts";
import {
  FEATURE_BITS,
  prepareText,
  TEXT_KINDS,
  type TextKind,
  type TextSource,
  textFeatures,
} from "./text-features.ts";
import { TEXT_MODEL } from "./text-model.ts";

const MODEL = unpackModel(TEXT_MODEL, { kinds: TEXT_KINDS, bits: FEATURE_BITS });

/** Below this a text alone is not enough to decide. */
export const TEXT_SURE_FROM = 0.6;

export interface TextVerdict {
  /** The likeliest kind, also when not sure; `other` when the text holds nothing to read. */
  readonly scene: TextKind | "other";
  /** Calibrated: of the verdicts with 0.8, about four in five are right. */
  readonly confidence: number;
  readonly sure: boolean;
}

/** What shops write when an item has no name. */
const SAYS_NOTHING =
  /测试|商品|订单|合计|总计|小计|其他|其它|默认|未命名|消费|收款|付款|支付|扫码|线上|线下|金额|款项|test|order|item|goods|product|payment|total/g;

/** Log-odds per kind (up to a constant) in the order of `TEXT_KINDS`, or null when there is nothing to read. */
export function textEvidence(text: string, source: TextSource): number[] | null {
  const prepared = prepareText(text);
  if (!/\p{L}/u.test(prepared.replace(SAYS_NOTHING, ""))) return null;
  return mixExperts(gramScores(MODEL, textFeatures(prepared, source)), readLexicon(prepared), MODEL.temperature);
}

/** What kind of thing a name speaks of. Never throws. */
export function classifyText(text: string, source: TextSource): TextVerdict {
  const evidence = textEvidence(text, source);
  if (evidence === null) return { scene: "other", confidence: 0, sure: false };
  const shares = softmax(evidence);
  const best = argmax(shares);
  const confidence = shares[best] ?? 0;
  return { scene: TEXT_KINDS[best] ?? "other", confidence, sure: confidence >= TEXT_SURE_FROM };
}
