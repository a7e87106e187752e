import { HOME_LANGUAGE, textsIn } from "./language.ts";
import type { ApiText } from "./zh-CN/api.ts";

/** A sentence of an API answer: in Chinese and English, because the reader's language is not known. */
export const inBothLanguages = (choose: (text: ApiText) => string): string =>
  `${choose(textsIn(HOME_LANGUAGE).api)} · ${choose(textsIn("en").api)}`;
