import Link from "next/link";

interface RowBar {
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

interface RowBarsProps {
  readonly rows: readonly RowBar[];
  readonly label: string;
  /** The value of a bar from edge to edge; the greatest of them where nothing is said. */
  readonly full?: number;
}

/** One bar a row under its name and figure: readable at any width, without scripts, and as a list by a screen reader. */
export function RowBars({ rows, label, full }: RowBarsProps) {
  const most = full ?? (Math.max(0, ...rows.map(({ value }) => value)) || 1);
  return (
    <ul aria-label={label} className="flex flex-col gap-1 px-4 py-3 sm:px-5">
      {rows.map(({ key, label: name, value, text, note, href, strong = false }) => (
        <li key={key} className="relative flex min-h-11 flex-col justify-center gap-1 py-1">
          <p className="flex items-baseline justify-between gap-3 text-sm">
            <span className="min-w-0 [overflow-wrap:anywhere]">
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
            <span className="shrink-0 text-right tabular-nums">
              {note === undefined ? null : <span className="mr-3 text-xs text-soft max-sm:hidden">{note}</span>}
              <span className={strong ? "font-semibold" : "font-medium"}>{text}</span>
            </span>
          </p>
          <span aria-hidden="true" className="h-2.5 rounded-full bg-sunken">
            <span
              className={`block h-full rounded-full ${strong ? "bg-action" : "bg-brand"} ${value > 0 ? "min-w-1" : ""}`}
              style={{ width: `${Math.round((value / most) * 1_000) / 10}%` }}
            />
          </span>
          {note === undefined ? null : <p className="text-xs text-soft tabular-nums sm:hidden">{note}</p>}
        </li>
      ))}
    </ul>
  );
}
