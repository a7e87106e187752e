// Days and hours of a week, as people type them and as they are drawn.

const DAY_MINUTES = 1_440;

export interface WeekWindow {
  /** 1 is Monday; absent: every day. */
  readonly days?: readonly number[] | undefined;
  /** Absent: all day. Hours that end before they begin run over midnight. */
  readonly hours?: readonly (readonly [string, string])[] | undefined;
}

/** From one minute of a day to another, 0 to 1440. */
export interface DaySpan {
  readonly from: number;
  readonly to: number;
}

/** `11:00-14:00，17:30-20:00`; null when it is something else. */
export function readHours(typed: string): [string, string][] | null {
  const read: [string, string][] = [];
  for (const span of splitList(typed)) {
    const [, from, to] = /^(\d{1,2}:\d{2})\s*\D{1,4}?\s*(\d{1,2}:\d{2})$/.exec(span) ?? [];
    if (from === undefined || to === undefined) return null;
    read.push([from.padStart(5, "0"), to.padStart(5, "0")]);
  }
  return read;
}

/** What people separate by commas or line ends, each once. */
export const splitList = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[,，、;；\r\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ),
];

/** The spans of each day, Monday first, in the order of the clock. What runs over midnight goes on in the next day. */
export function weekSpans({ days, hours }: WeekWindow): DaySpan[][] {
  const week: DaySpan[][] = Array.from({ length: 7 }, () => []);
  for (const day of new Set(days ?? [1, 2, 3, 4, 5, 6, 7])) {
    for (const [first, last] of hours ?? [["00:00", "24:00"] as const]) {
      const [from, to] = [minutes(first), minutes(last)];
      if (from < to) week[day - 1]?.push({ from, to });
      else {
        week[day - 1]?.push({ from, to: DAY_MINUTES });
        week[day % 7]?.push({ from: 0, to });
      }
    }
  }
  return week.map((spans) => spans.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from));
}

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
