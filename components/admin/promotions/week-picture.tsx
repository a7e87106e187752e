import { type WeekWindow, weekSpans } from "#lib/base/week-hours.ts";
import type { ScheduleText } from "#lib/texts/schedule-words.ts";

const DAY_MINUTES = 1_440;
const MARKS = [0, 6, 12, 18, 24];

interface WeekPictureProps {
  readonly window: WeekWindow;
  readonly words: ScheduleText;
  /** The same in words, for those who do not see it. */
  readonly label: string;
}

/** A week as seven lines of 24 hours. */
export function WeekPicture({ window, words, label }: WeekPictureProps) {
  const names: Readonly<Record<number, string>> = words.weekdays;
  return (
    <div
      role="img"
      aria-label={label}
      className="grid max-w-md grid-cols-[auto_1fr] items-center gap-x-2 gap-y-1 text-xs"
    >
      {weekSpans(window).map((spans, at) => (
        <Day key={names[at + 1]} name={names[at + 1] ?? ""} spans={spans} />
      ))}
      <span />
      <span className="flex justify-between text-soft tabular-nums">
        {MARKS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </span>
    </div>
  );
}

const Day = ({ name, spans }: { name: string; spans: ReturnType<typeof weekSpans>[number] }) => (
  <>
    <span className="whitespace-nowrap text-soft">{name}</span>
    <svg viewBox={`0 0 ${DAY_MINUTES} 12`} preserveAspectRatio="none" aria-hidden="true" className="h-3 w-full rounded">
      <title>{name}</title>
      <rect width={DAY_MINUTES} height={12} className="fill-sunken" />
      {spans.map(({ from, to }) => (
        <rect key={from} x={from} width={to - from} height={12} className="fill-action" />
      ))}
    </svg>
  </>
);
