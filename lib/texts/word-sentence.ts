import { type Language, textsIn } from "./language.ts";
import type { Sentence, SentenceValue } from "./sentence.ts";
import { fill } from "./words.ts";

/** A sentence in the reader's language. */
export function wordSentence({ code, values = {} }: Sentence, language: Language): string {
  const { findings, problems } = textsIn(language);
  const worded = Object.entries(values).map(([blank, value]) => [blank, wordValue(value, language)]);
  return fill({ ...findings, ...problems }[code], Object.fromEntries(worded));
}

function wordValue(value: SentenceValue, language: Language): string | number {
  if (typeof value !== "object") return value;
  if ("code" in value) return wordSentence(value, language);
  if ("check" in value) return textsIn(language).doctor.checks[value.check];
  return value.map((each) => wordSentence(each, language)).join(textsIn(language).findings.listComma);
}
