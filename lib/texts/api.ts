import { HOME_LANGUAGE, textsIn } from "./language.ts";
import type { ApiText } from "./zh-CN/api.ts";

/** For the reader of an API answer, whose language nobody knows: in Chinese and English. */
export const inBothLanguages = (choose: (text: ApiText) => string): string =>
  `${choose(textsIn(HOME_LANGUAGE).api)} · ${choose(textsIn("en").api)}`;
