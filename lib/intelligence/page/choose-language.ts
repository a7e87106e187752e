import type { PageLanguage } from "./page-types.ts";

export const PAGE_LANGUAGES: readonly PageLanguage[] = ["zh-CN", "zh-HK", "en"];

export const isPageLanguage = (text: unknown): text is PageLanguage =>
  PAGE_LANGUAGES.some((language) => language === text);

const HEADER_CHARS_READ = 256;

function languageOf(tag: string): PageLanguage | null {
  const lower = tag.toLowerCase();
  if (lower === "zh" || lower.startsWith("zh-")) return /-(?:hk|tw|mo|hant)\b/.test(lower) ? "zh-HK" : "zh-CN";
  return lower === "en" || lower.startsWith("en-") ? "en" : null;
}

/** The best of our languages for an `Accept-Language` header; Chinese without a header, English for a language we do not have. */
export function chooseLanguage(header: string | undefined, chosen?: PageLanguage): PageLanguage {
  if (chosen !== undefined && PAGE_LANGUAGES.includes(chosen)) return chosen;
  const wishes = (header ?? "")
    .slice(0, HEADER_CHARS_READ)
    .split(",")
    .map((part, place) => {
      const [tag = "", quality = ""] = part.split(";").map((piece) => piece.trim());
      const weight = quality.startsWith("q=") ? Number(quality.slice(2)) : 1;
      const named = tag !== "" && tag !== "*";
      return { language: languageOf(tag), weight: named && Number.isFinite(weight) ? weight : 0, place };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.place - b.place);
  return (
    wishes.find(({ language }) => language !== null)?.language ?? (wishes.length > 0 && header !== "*" ? "en" : "zh-CN")
  );
}
