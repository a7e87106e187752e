export interface DayBar {
  readonly day: string;
  /** The label, shown and read aloud. */
  readonly text: string;
  readonly amount: number;
}

/** A bar for each day, and the same figures as a list for screen readers. */
export function DayBars({ days, label }: { days: readonly DayBar[]; label: string }) {
  const most = Math.max(1, ...days.map(({ amount }) => amount));
  return (
    <ol aria-label={label} className="flex h-40 items-end gap-2 px-4 pt-6 pb-4 sm:gap-4 sm:px-5">
      {days.map(({ day, text, amount }, at) => (
        <li
          key={day}
          className="flex h-full min-w-0 flex-1 flex-col justify-end gap-1.5 text-center"
          title={`${day} ${text}`}
        >
          <span className="sr-only">{`${day}: ${text}`}</span>
          <span
            aria-hidden="true"
            className={`mx-auto w-full max-w-12 rounded-t-lg ${at === days.length - 1 ? "bg-action" : "bg-brand-soft"}`}
            style={{ height: `${Math.max(2, Math.round((amount / most) * 100))}%` }}
          />
          <span aria-hidden="true" className="text-xs text-soft tabular-nums">
            {day.slice(5).replace("-", "/")}
          </span>
        </li>
      ))}
    </ol>
  );
}
