import type { TextSource } from "./text-kinds.ts";

export const FEATURE_BITS = 15;
const MASK = 2 ** FEATURE_BITS - 1;
const LONGEST_GRAM = 3;

// FNV-1a over UTF-16 units: the same in every engine.
function hash(text: string, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  // FNV's low bits mix worst, so the high half is folded in.
  return (value ^ (value >>> FEATURE_BITS)) & MASK;
}

/** One Latin letter says nothing, while one Chinese character is half a word. */
const isLatin = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;

/**
 * Buckets of the character 1–3-grams, each once, with a mark for each end of the text and one for the source.
 * Digits count as `0`: which number it is says nothing about the kind of thing.
 * @param prepared what `prepareText` gave
 */
export function textFeatures(prepared: string, source: TextSource): number[] {
  const marked = `^${prepared.replace(/[0-9]+/g, (digits) => (digits.length > 2 ? "000" : "0".repeat(digits.length)))}$`;
  const buckets = new Set<number>();
  for (let length = 1; length <= LONGEST_GRAM; length++) {
    for (let at = 0; at + length <= marked.length; at++) {
      if (length > 1 || !isLatin(marked.charCodeAt(at))) buckets.add(hash(marked, at, at + length));
    }
  }
  const tag = `@${source}`;
  buckets.add(hash(tag, 0, tag.length));
  return [...buckets];
}
