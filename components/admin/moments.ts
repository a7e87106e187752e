import { LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { dayText } from "../controls/days.ts";

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

const formOf = (language: Language) => textsIn(language).about;

/** Of a day as it stands in addresses, `2026-12-01`, or of the day of an hour, `2026-12-01T14`. */
export const fullDay = (day: string, language: Language): string => dayText(day, formOf(language));
export const shortDay = (day: string, language: Language): string => dayText(day, formOf(language), "short");
/** Of `2026-12`, or of the month of a day. */
export const monthText = (month: string, language: Language): string =>
  dayText(month.slice(0, 7), formOf(language), "month");
/** Of `2026-12-01T14`, as all of these: 1 Dec 2026, 14:00. */
export const fullHour = (hour: string, language: Language): string =>
  textsIn(language).about.days === "names"
    ? `${fullDay(hour, language)}, ${hour.slice(11, 13)}:00`
    : `${fullDay(hour, language)} ${hour.slice(11, 13)}:00`;
