import type { Language } from "#lib/texts/language.ts";

const ZONE = "Asia/Shanghai";

const CHINESE = {
  full: new Intl.DateTimeFormat("zh-CN", {
    timeZone: ZONE,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }),
  short: new Intl.DateTimeFormat("zh-CN", {
    timeZone: ZONE,
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }),
};

const ENGLISH = {
  full: new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, dateStyle: "medium", timeStyle: "medium" }),
  short: new Intl.DateTimeFormat("en-GB", {
    timeZone: ZONE,
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }),
};

const FORMS: Readonly<Record<Language, typeof CHINESE>> = { "zh-CN": CHINESE, "zh-HK": CHINESE, en: ENGLISH };

/** Days are days in Beijing, whatever the reader's time zone. */
export const fullTime = (at: Date | string, language: Language): string => FORMS[language].full.format(new Date(at));
export const shortTime = (at: Date | string, language: Language): string => FORMS[language].short.format(new Date(at));
