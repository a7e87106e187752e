import type { Scene } from "../contract/scene.ts";
import { type Language, textsIn } from "./language.ts";
import { fill } from "./words.ts";
import type { SceneText } from "./zh-CN/scene.ts";

// The dashboard's and the API's words about an order's scene.

export const sceneText = (language: Language): SceneText => textsIn(language).scene;

/** A reason as a decision keeps it; only orders from before reasons were worded at reading hold a `text`. */
interface KeptReason {
  readonly signal: string;
  readonly value: string;
  readonly text?: string | undefined;
}

/** A value that is not a code of today is from an older order, which says what it holds. */
export function sceneReasonText({ signal, value, text }: KeptReason, language: Language): string {
  const { reasons, names } = sceneText(language);
  const hidden = value === "…";
  const kept = text ?? value;
  switch (signal) {
    case "industry":
      return Object.hasOwn(names, value) ? fill(reasons.industry, { name: names[value as Scene] }) : kept;
    case "metadata":
      if (Object.hasOwn(names, value)) return fill(reasons.stated, { value });
      return isOneOf(reasons.metadataNames, value)
        ? fill(reasons.metadata, { name: reasons.metadataNames[value] })
        : kept;
    case "fulfilment":
      return isOneOf(reasons.fulfilments, value) ? reasons.fulfilments[value] : kept;
    case "item":
      return hidden ? reasons.itemHidden : fill(reasons.item, { value });
    case "merchant":
      return hidden ? reasons.merchantHidden : fill(reasons.merchant, { value });
    case "correction":
      return hidden ? reasons.correctionHidden : fill(reasons.correction, { value });
    case "amount":
      return fill(reasons.amount, { value });
    case "hour":
      return fill(reasons.hour, { value });
    default:
      return kept;
  }
}

const isOneOf = <Key extends string>(words: Readonly<Record<Key, string>>, key: string): key is Key =>
  Object.hasOwn(words, key);
