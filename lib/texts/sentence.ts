import type { DoctorText } from "./zh-CN/doctor.ts";
import type { findings } from "./zh-CN/findings.ts";
import type { problems } from "./zh-CN/problems.ts";

// What the doctor found and what is wrong with a configuration: kept as a code and what goes into its blanks, worded when it is read.

type Sentences = typeof findings & typeof problems;
export type SentenceCode = keyof Sentences;

type Blanks<Text> = Text extends `${string}{${infer Blank}}${infer Rest}` ? Blank | Blanks<Rest> : never;
type Values<Code extends SentenceCode> = Readonly<Record<Blanks<Sentences[Code]>, SentenceValue>>;

/** The title of a check of the doctor. */
interface CheckTitle {
  readonly check: keyof DoctorText["checks"];
}

/** A list is joined by the comma of the reader's language. */
export type SentenceValue = string | number | Sentence | CheckTitle | readonly Sentence[];

export interface Sentence {
  readonly code: SentenceCode;
  readonly values?: Readonly<Record<string, SentenceValue>>;
}

export function say<Code extends SentenceCode>(
  code: Code,
  ...[values]: [Blanks<Sentences[Code]>] extends [never] ? [] : [values: Values<Code>]
): Sentence {
  return values === undefined ? { code } : { code, values };
}

/** Names, numbers and codes: the same in every language. */
export const plain = (text: string): Sentence => say("plain", { text });

export const isSentence = (thing: unknown): thing is Sentence =>
  typeof thing === "object" && thing !== null && "code" in thing && typeof thing.code === "string";
