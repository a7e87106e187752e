"use client";

import { useEffect, useRef, useState } from "react";
import { readHours, type WeekWindow } from "#lib/base/week-hours.ts";
import { type ScheduleText, scheduleWords } from "#lib/texts/schedule-words.ts";
import { WeekPicture } from "./week-picture.tsx";

interface WeekPreviewProps {
  readonly values: Readonly<Record<string, string>>;
  readonly words: ScheduleText;
  readonly title: string;
  readonly always: string;
}

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** The week that the fields of its form say, drawn while they are filled in. */
export function WeekPreview({ values, words, title, always }: WeekPreviewProps) {
  const here = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState(() => windowOf((name) => values[name]) ?? {});
  useEffect(() => {
    const form = here.current?.closest("form");
    if (!form) return;
    const follow = () => {
      const fields = new FormData(form);
      const next = windowOf((name) => fields.get(name)?.toString());
      // Half of a time is no time: the last whole one stays.
      if (next !== null) setWindow(next);
    };
    follow();
    form.addEventListener("input", follow);
    return () => form.removeEventListener("input", follow);
  }, []);
  const text = scheduleWords(window, words) ?? always;
  return (
    <div ref={here} className="flex flex-col gap-2" data-testid="week">
      <p className="text-sm">
        <span className="font-medium">{title}</span> <span aria-live="polite">{text}</span>
      </p>
      <WeekPicture window={window} words={words} label={text} />
    </div>
  );
}

function windowOf(field: (name: string) => string | undefined): WeekWindow | null {
  const days = DAYS.filter((day) => field(`day${day}`) === "on");
  const hours = readHours(field("hours") ?? "");
  if (hours === null || hours.some(([from, to]) => from === to || !CLOCK.test(from) || !CLOCK.test(to))) return null;
  return { ...(days.length === 0 ? {} : { days }), ...(hours.length === 0 ? {} : { hours }) };
}
