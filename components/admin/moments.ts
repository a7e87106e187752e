import { LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";

const ZONE = { timeZone: "Asia/Shanghai" } as const;
const FIGURES = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

/** In figures, or with the month's name where figures alone do not say which of the two is the month. */
const FORMS = {
  figures: {
    full: { ...ZONE, year: "numeric", ...FIGURES, hourCycle: "h23" },
    short: { ...ZONE, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  },
  names: {
    full: { ...ZONE, dateStyle: "medium", timeStyle: "medium" },
    short: { ...ZONE, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  },
} as const;

const FORMATS = new Map(
  LANGUAGES.map((language) => {
    const { locale, days } = textsIn(language).about;
    const form = (length: "full" | "short") => new Intl.DateTimeFormat(locale, FORMS[days][length]);
    return [language, { full: form("full"), short: form("short") }];
  }),
);

const format = (at: Date | string, language: Language, length: "full" | "short"): string =>
  FORMATS.get(language)?.[length].format(new Date(at)) ?? "";

/** Days are days in Beijing, also for a reader in another time zone. */
export const fullTime = (at: Date | string, language: Language): string => format(at, language, "full");
export const shortTime = (at: Date | string, language: Language): string => format(at, language, "short");
