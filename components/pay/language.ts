/** The languages the dashboard and the demo shop speak; zh-CN is the one of doubt. */
export type Language = "zh-CN" | "en";
/** Those of the pay page. */
export type PageLanguage = Language | "zh-HK";

export const LANGUAGES: Readonly<Record<Language, string>> = { "zh-CN": "中文", en: "English" };

/** The shopper's choice wins, then the browser's first language that we speak, then Chinese. */
export function chooseLanguage(chosen: string | undefined, accepted: string | null): Language {
  if (chosen !== undefined && Object.hasOwn(LANGUAGES, chosen)) return chosen as Language;
  const wishes = (accepted ?? "").slice(0, 512).toLowerCase().split(",").map(readWish);
  wishes.sort((one, other) => other.weight - one.weight);
  for (const { tag, weight } of wishes) {
    if (weight <= 0) continue;
    if (tag.startsWith("zh")) return "zh-CN";
    if (tag.startsWith("en")) return "en";
  }
  // Somebody who asks for neither reads English sooner than Chinese; nobody asking at all is most likely in China.
  return wishes.some(({ tag, weight }) => /^[a-z]{2}/.test(tag) && weight > 0) ? "en" : "zh-CN";
}

function readWish(part: string): { tag: string; weight: number } {
  const [tag = "", quality] = part.trim().split(/;\s*q=/);
  const weight = quality === undefined ? 1 : Number(quality);
  return { tag, weight: Number.isFinite(weight) ? weight : 0 };
}
