/** The languages we have texts in: one folder each beside this file. */
export type Language = "zh-CN" | "zh-HK" | "en";

export const LANGUAGES: readonly Language[] = ["zh-CN", "zh-HK", "en"];

/** The dashboard, the demo shop and the collection page are in these two. */
export const TWO_LANGUAGES: readonly Language[] = ["zh-CN", "en"];

/** What the switch between the two languages says. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { "zh-CN": "中文", "zh-HK": "繁體", en: "English" };

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
    const language = languageOf(tag);
    if (language !== null) return offered.includes(language) ? language : "zh-CN";
  }
  return wishes.length > 0 ? "en" : "zh-CN";
}

function readWish(part: string): { tag: string; weight: number } {
  const [tag = "", quality] = part.trim().split(/\s*;\s*q=/);
  const weight = quality === undefined ? 1 : Number(quality);
  return { tag, weight: /^[a-z]/.test(tag) && Number.isFinite(weight) ? weight : 0 };
}

function languageOf(tag: string): Language | null {
  if (tag === "zh" || tag.startsWith("zh-")) return /-(?:hk|tw|mo|hant)\b/.test(tag) ? "zh-HK" : "zh-CN";
  return tag === "en" || tag.startsWith("en-") ? "en" : null;
}
