import type { Promotion } from "../contract/promotions.ts";
import { HOME_LANGUAGE, type Language, textsIn } from "./language.ts";
import { fill } from "./words.ts";
import type { ScheduleText } from "./zh-CN/schedule.ts";

type Window = Promotion["window"];

/** On which days and at which hours, as a shop would write it: `周一至周五 11:00–14:00`. Null: at all times. */
export function scheduleText(window: Window, language: Language = HOME_LANGUAGE): string | null {
  const { days, hours } = window ?? {};
  if ((days === undefined || new Set(days).size === 7) && hours === undefined) return null;
  const text = textsIn(language).schedule;
  const spans = (hours ?? []).map(([from, to]) => fill(from < to ? text.hours : text.overnight, { from, to }));
  return [daysText(days ?? [1, 2, 3, 4, 5, 6, 7], text), ...(spans.length === 0 ? [] : [spans.join(text.comma)])].join(
    " ",
  );
}

/** Three days in a row and more are a span. */
function daysText(days: readonly number[], text: ScheduleText): string {
  const runs = runsOf([...new Set(days)].toSorted((a, b) => a - b));
  if (runs.length === 1 && runs[0]?.length === 7) return text.everyDay;
  const names: Readonly<Record<number, string>> = text.weekdays;
  const name = (day: number | undefined) => names[day ?? 0] ?? "";
  return runs
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
