import Link from "next/link";

export interface RowBar {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  /** The value in words. */
  readonly text: string;
  readonly note?: string | undefined;
  readonly href?: string | undefined;
  /** The one that this is about, as today. */
  readonly strong?: boolean;
}

/** One bar a row, each with its figure beside it: readable at any width, without scripts, and as a list by a screen reader. */
export function RowBars({ rows, label }: { rows: readonly RowBar[]; label: string }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <ul aria-label={label} className="px-4 py-2 sm:px-5">
      {rows.map(({ key, label: name, value, text, note, href, strong = false }) => (
        <li
          key={key}
          className="relative grid min-h-11 grid-cols-[minmax(4.5rem,auto)_1fr_auto] items-center gap-x-3 py-1 sm:grid-cols-[7rem_1fr_auto]"
        >
          <span className="text-sm [overflow-wrap:anywhere]">
            {href === undefined ? (
              name
            ) : (
              <Link
                href={href}
                prefetch={false}
                className="underline-offset-4 after:absolute after:inset-0 hover:underline"
              >
                {name}
              </Link>
            )}
          </span>
          <span aria-hidden="true" className="h-4">
            <span
              className={`block h-full rounded-r-md ${strong ? "bg-action" : "bg-brand"} ${value > 0 ? "min-w-0.5" : ""}`}
              style={{ width: `${Math.round((value / most) * 1_000) / 10}%` }}
            />
          </span>
          <span className="text-right text-sm whitespace-nowrap tabular-nums">
            <span className={strong ? "font-semibold" : ""}>{text}</span>
            {note === undefined ? null : <span className="block text-xs text-soft">{note}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
