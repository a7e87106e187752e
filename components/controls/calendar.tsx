"use client";

import { DayPicker } from "react-day-picker";
import { zhCN } from "react-day-picker/locale/zh-CN";
import type { Language } from "#lib/texts/language.ts";
import { type DayRange, dateOfDay, dayOfDate } from "./day-ranges.ts";
import { ICON_BUTTON } from "./look.ts";

const DAY_BUTTON = "size-11 cursor-pointer rounded-full tabular-nums disabled:cursor-default disabled:text-soft/50";

const LOOK = {
  root: "relative",
  months: "relative",
  month_caption: "flex h-11 items-center pl-3 font-semibold",
  nav: "absolute top-0 right-0 flex",
  button_previous: ICON_BUTTON,
  button_next: ICON_BUTTON,
  chevron: "size-4 fill-current",
  month_grid: "border-collapse",
  weekday: "h-9 w-11 text-xs font-normal text-soft",
  day: "p-0 text-center",
  day_button: DAY_BUTTON,
  today: "font-bold text-brand-ink",
  selected: "[&>button]:bg-action [&>button]:text-action-ink",
  range_start: "rounded-l-full bg-brand-soft",
  range_end: "rounded-r-full bg-brand-soft",
  range_middle: "bg-brand-soft [&>button]:bg-transparent [&>button]:text-brand-ink",
  outside: "opacity-0",
};

interface CalendarProps {
  /** Of the shop, not of the reader's clock. */
  readonly today: string;
  readonly last?: string | undefined;
  readonly language: Language;
  readonly chosen: DayRange;
  readonly onDay: (day: string) => void;
}

/** A month to choose days from. It is loaded when it is opened first. */
export default function Calendar({ today, last, language, chosen: { from, to = from }, onDay }: CalendarProps) {
  return (
    <DayPicker
      {...(language.startsWith("zh") ? { locale: zhCN } : {})}
      {...(last === undefined ? {} : { disabled: { after: dateOfDay(last) }, endMonth: dateOfDay(last) })}
      mode="range"
      autoFocus
      weekStartsOn={1}
      today={dateOfDay(today)}
      defaultMonth={dateOfDay(to ?? today)}
      selected={from === undefined || to === undefined ? undefined : { from: dateOfDay(from), to: dateOfDay(to) }}
      onDayClick={(date) => onDay(dayOfDate(date))}
      classNames={LOOK}
    />
  );
}
