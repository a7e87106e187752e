import { expect, test } from "vitest";
import { LANGUAGES } from "#lib/texts/language.ts";
import { fullDay, fullHour, fullTime, monthText, shortDay, shortTime } from "./moments.ts";

// Goal: the dashboard writes a day in one way in each language, whether it comes from a moment or stands in an address.

const AT = "2026-12-01T06:07:08Z";

test("a day, a month and an hour are written as in a moment", () => {
  const forms = (language: (typeof LANGUAGES)[number]) => [
    ...[fullTime(AT, language), shortTime(AT, language)],
    ...[fullDay("2026-12-01", language), shortDay("2026-12-01", language), monthText("2026-12", language)],
    fullHour("2026-12-01T14", language),
  ];
  expect(forms("en")).toEqual([
    ...["1 Dec 2026, 14:07:08", "1 Dec, 14:07"],
    ...["1 Dec 2026", "1 Dec", "Dec 2026"],
    "1 Dec 2026, 14:00",
  ]);
  expect(forms("zh-CN")).toEqual([
    ...["2026/12/01 14:07:08", "12/1 14:07"],
    ...["2026/12/01", "12/1", expect.stringMatching(/^2026\p{L}12\p{L}$/u)],
    "2026/12/01 14:00",
  ]);
});

test.each(LANGUAGES)("in %s a day is the beginning of its moments", (language) => {
  for (const day of ["2026-01-31", "2026-10-09"]) {
    expect(fullTime(`${day}T01:00:00+08:00`, language).startsWith(fullDay(day, language))).toBe(true);
    expect(shortTime(`${day}T01:00:00+08:00`, language).startsWith(shortDay(day, language))).toBe(true);
    expect(fullDay(day, language)).not.toContain(day);
  }
});
