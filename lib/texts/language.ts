import { dictionary as en } from "./en/index.ts";
import type { Dictionary } from "./zh-CN/index.ts";
import { dictionary as simplified } from "./zh-CN/index.ts";
import { dictionary as traditional } from "./zh-HK/index.ts";

/** The languages we have words in: one folder each beside this file. A new one needs its folder and its name here. */
const DICTIONARIES = { "zh-CN": simplified, "zh-HK": traditional, en } satisfies Readonly<Record<string, Dictionary>>;

export type Language = keyof typeof DICTIONARIES;

/** All words of a language. Client code must not import it: the browser would get every language (see client-bundle.test.ts). */
export const textsIn = (language: Language): Dictionary => DICTIONARIES[language];

export const LANGUAGES = Object.keys(DICTIONARIES) as readonly Language[];

/** Those with all texts, in which the dashboard, the demo shop and the collection page are. */
export const FULL_LANGUAGES: readonly Language[] = LANGUAGES.filter(
  (language) => DICTIONARIES[language].about.standIn === null,
);

/** The shop's own, in which WeChat shows its orders, and in which the API answers. */
export const HOME_LANGUAGE: Language = "zh-CN";
/** For a reader of a language that we do not have. */
const ELSEWHERE: Language = "en";

export const isLanguage = (text: unknown): text is Language => LANGUAGES.some((language) => language === text);

const HEADER_CHARS_READ = 512;

/**
 * The reader's choice wins, then the first language of `Accept-Language` that is offered.
 * English for a language that we do not have, zh-CN without a header.
 */
export function chooseLanguage(
  chosen: string | undefined,
  header: string | null | undefined,
  offered: readonly Language[] = LANGUAGES,
): Language {
  const choice = offered.find((language) => language === chosen);
  if (choice !== undefined) return choice;
  const wishes = (header ?? "")
    .slice(0, HEADER_CHARS_READ)
    .toLowerCase()
    .split(",")
    .map(readWish)
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  for (const { tag } of wishes) {
    const language = LANGUAGES.find((each) => DICTIONARIES[each].about.tags.test(tag));
    if (language !== undefined) return offered.includes(language) ? language : standInOf(language);
  }
  return wishes.length > 0 ? ELSEWHERE : HOME_LANGUAGE;
}

function readWish(part: string): { tag: string; weight: number } {
  const [tag = "", quality] = part.trim().split(/\s*;\s*q=/);
  const weight = quality === undefined ? 1 : Number(quality);
  return { tag, weight: /^[a-z]/.test(tag) && Number.isFinite(weight) ? weight : 0 };
}

function standInOf(language: Language): Language {
  const { standIn } = DICTIONARIES[language].about;
  return isLanguage(standIn) ? standIn : HOME_LANGUAGE;
}
