/** How a language writes its days: in figures, or with the month's name where figures alone do not say which of the two is the month. */
export interface DayForm {
  readonly locale: string;
  readonly days: "figures" | "names";
}

/** `2026-12-01` is 2026/12/01 or 1 Dec 2026, and short 12/1 or 1 Dec; a month, `2026-12`, is 2026年12月 or Dec 2026. */
type DayLength = "full" | "short" | "month";

const PARTS = {
  figures: {
    full: { year: "numeric", month: "2-digit", day: "2-digit" },
    short: { month: "numeric", day: "numeric" },
    month: { year: "numeric", month: "long" },
  },
  names: {
    full: { year: "numeric", month: "short", day: "numeric" },
    short: { month: "short", day: "numeric" },
    month: { year: "numeric", month: "short" },
  },
} as const;

/** Of a day or a month as it stands in addresses and forms. */
export function dayText(day: string, { locale, days }: DayForm, length: DayLength = "full"): string {
  const at = new Date(`${day.slice(0, 10)}${length === "month" && day.length === 7 ? "-01" : ""}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale, { ...PARTS[days][length], timeZone: "UTC" }).format(at);
}
