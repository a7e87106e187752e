import type { WeekWindow } from "../base/week-hours.ts";
import { fill } from "./words.ts";
import type { ScheduleText } from "./zh-CN/schedule.ts";

export type { ScheduleText } from "./zh-CN/schedule.ts";

/** On which days and at which hours, as a shop would write it: `周一至周五 11:00–14:00`. Null: at all times. */
export function scheduleWords({ days, hours }: WeekWindow, text: ScheduleText): string | null {
  const isEveryDay = days === undefined || new Set(days).size === 7;
  if (isEveryDay && hours === undefined) return null;
  const spans = (hours ?? []).map(([from, to]) => fill(from < to ? text.hours : text.overnight, { from, to }));
  const named = isEveryDay ? text.everyDay : daysWords(days, text);
  return [named, ...(spans.length === 0 ? [] : [spans.join(text.comma)])].join(" ");
}

/** Three days in a row and more are a span. */
function daysWords(days: readonly number[], text: ScheduleText): string {
  const names: Readonly<Record<number, string>> = text.weekdays;
  const name = (day: number | undefined) => names[day ?? 0] ?? "";
  return runsOf([...new Set(days)].toSorted((a, b) => a - b))
    .flatMap((run) =>
      run.length < 3 ? run.map(name) : [fill(text.days, { from: name(run[0]), to: name(run.at(-1)) })],
    )
    .join(text.comma);
}

function runsOf(days: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  return runs;
}
