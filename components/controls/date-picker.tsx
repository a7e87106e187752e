"use client";

import { lazy, Suspense, useId, useRef, useState } from "react";
import { type DayRange, inOrder, namedRanges, nameOfRange, type RangeName } from "./day-ranges.ts";
import { dayText } from "./days.ts";
import { useHydrated } from "./hydrated.ts";
import { Calendar as CalendarIcon } from "./icons.tsx";
import { Popover } from "./popover.tsx";
import { Skeleton } from "./skeleton.tsx";
import { useControlWords } from "./words.tsx";

const Calendar = lazy(() => import("./calendar.tsx"));

const FIELD =
  "flex min-h-11 w-full min-w-0 cursor-pointer items-center justify-between gap-2 rounded-xl border border-soft/60 bg-surface px-3 py-2 text-left text-base text-ink tabular-nums";
const NATIVE = "block min-h-11 w-full min-w-0 rounded-xl border border-soft/60 bg-surface px-3 py-2 text-base text-ink";

interface DatePickerProps {
  readonly label: string;
  readonly name: string;
  readonly defaultValue: string;
  /** The shop's day: it may be another than the reader's. */
  readonly today: string;
  /** The last day that can be chosen. */
  readonly last?: string;
}

/** One day, `2026-07-01` in the form. Without scripts it is the browser's own field. */
export function DatePicker({ label, name, defaultValue, today, last }: DatePickerProps) {
  const { language, text, days } = useControlWords();
  const id = useId();
  const [day, setDay] = useState(defaultValue);
  const caption = (
    <span id={id} className="mb-1.5 block text-sm font-medium">
      {label}
    </span>
  );
  if (!useHydrated()) {
    return (
      <label className="block">
        {caption}
        <input type="date" name={name} defaultValue={defaultValue} max={last} required className={NATIVE} />
      </label>
    );
  }
  const shown = dayText(day, days);
  return (
    <div>
      {caption}
      <input type="hidden" name={name} value={day} />
      <Popover opener={{ look: FIELD, label: `${label} ${shown}`, content: <FieldContent shown={shown} /> }}>
        {(close) => (
          <Suspense fallback={<CalendarPlace label={text.loading} />}>
            <Calendar
              language={language}
              today={today}
              last={last}
              chosen={{ from: day, to: day }}
              onDay={(chosen) => {
                setDay(chosen);
                close();
              }}
            />
          </Suspense>
        )}
      </Popover>
    </div>
  );
}

interface DateRangePickerProps {
  readonly label: string;
  /** The names of its two fields. */
  readonly names: { readonly from: string; readonly to: string };
  readonly defaultValue: DayRange;
  readonly today: string;
  /** Sends the form around it as soon as a range is chosen. */
  readonly sends?: boolean;
}

/** Two days or a range by its name: today, this week, last month. Without scripts it is two of the browser's own fields. */
export function DateRangePicker({ label, names, defaultValue, today, sends = false }: DateRangePickerProps) {
  const words = useControlWords();
  const { text } = words;
  const [range, setRange] = useState(defaultValue);
  const place = useRef<HTMLDivElement>(null);
  if (!useHydrated()) {
    return (
      <fieldset className="min-w-0">
        <legend className="mb-1.5 text-sm font-medium">{label}</legend>
        <div className="grid grid-cols-2 gap-2">
          <input
            type="date"
            name={names.from}
            defaultValue={range.from}
            max={today}
            aria-label={text.from}
            className={NATIVE}
          />
          <input
            type="date"
            name={names.to}
            defaultValue={range.to}
            max={today}
            aria-label={text.to}
            className={NATIVE}
          />
        </div>
      </fieldset>
    );
  }
  const choose = (chosen: DayRange) => {
    setRange(chosen);
    // Once the two fields hold it.
    if (sends) setTimeout(() => place.current?.closest("form")?.requestSubmit?.());
  };
  const shown = wordsOf(range, today, words);
  return (
    <div ref={place} className="min-w-0">
      <span className="mb-1.5 block text-sm font-medium">{label}</span>
      <input type="hidden" name={names.from} value={range.from ?? ""} />
      <input type="hidden" name={names.to} value={range.to ?? ""} />
      <Popover opener={{ look: FIELD, label: `${label} ${shown}`, content: <FieldContent shown={shown} /> }}>
        {(close) => (
          <RangeChoice
            today={today}
            range={range}
            onChoose={(chosen) => {
              choose(chosen);
              close();
            }}
          />
        )}
      </Popover>
    </div>
  );
}

interface RangeChoiceProps {
  readonly today: string;
  readonly range: DayRange;
  readonly onChoose: (range: DayRange) => void;
}

/** The names, and a month where two days are touched one after the other. */
function RangeChoice({ today, range, onChoose }: RangeChoiceProps) {
  const { language, text } = useControlWords();
  const [begun, setBegun] = useState<string>();
  return (
    <div className="flex gap-3 max-sm:flex-col">
      <RangeNames today={today} range={range} onChoose={onChoose} />
      <div>
        <Suspense fallback={<CalendarPlace label={text.loading} />}>
          <Calendar
            language={language}
            today={today}
            last={today}
            chosen={begun === undefined ? range : { from: begun, to: begun }}
            onDay={(day) => (begun === undefined ? setBegun(day) : onChoose(inOrder(begun, day)))}
          />
        </Suspense>
        <p role="status" className="min-h-5 px-3 pt-1 text-sm text-soft">
          {begun === undefined ? "" : text.chooseLast}
        </p>
      </div>
    </div>
  );
}

type PickerWords = ReturnType<typeof useControlWords>;

function wordsOf(range: DayRange, today: string, { text, days }: PickerWords): string {
  if (range.from === undefined && range.to === undefined) return text.anyTime;
  const name = nameOfRange(range, today);
  if (name !== undefined) return text.ranges[name];
  const [from, to] = [range.from, range.to].map((day) => (day === undefined ? "…" : dayText(day, days)));
  return from === to ? String(from) : `${from} – ${to}`;
}

function RangeNames({ today, range, onChoose }: RangeChoiceProps) {
  const { text } = useControlWords();
  const here = nameOfRange(range, today);
  const ANY: DayRange = { from: undefined, to: undefined };
  const named = Object.entries(namedRanges(today)) as [RangeName, DayRange][];
  const isAny = range.from === undefined && range.to === undefined;
  const choices = [
    ...named.map(([name, chosen]) => ({ label: text.ranges[name], chosen, pressed: name === here })),
    { label: text.anyTime, chosen: ANY, pressed: isAny },
  ];
  return (
    <div className="grid auto-rows-min grid-cols-4 gap-1 sm:w-28 sm:grid-cols-1">
      {choices.map(({ label, chosen, pressed }) => (
        <button
          key={label}
          type="button"
          aria-pressed={pressed}
          onClick={() => onChoose(chosen)}
          className={`min-h-11 cursor-pointer rounded-lg px-3 text-sm sm:text-left ${pressed ? "bg-brand-soft font-semibold text-brand-ink" : "hover:bg-sunken"}`}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

const FieldContent = ({ shown }: { shown: string }) => (
  <>
    <span className="truncate">{shown}</span>
    <span className="text-soft">
      <CalendarIcon />
    </span>
  </>
);

/** The room of a month, so that what stands around it does not move. */
const CalendarPlace = ({ label }: { label: string }) => (
  <div role="status" aria-label={label}>
    <Skeleton className="h-[21.5rem] w-[19.25rem]" />
  </div>
);
