import Link from "next/link";
import { Card } from "../ui/card.tsx";

export interface ExplainedFigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
  /** How it stands beside the period before. */
  readonly change?: string | undefined;
  /** The list that gives the same number. */
  readonly href?: string;
  /** Where the figure comes from, and the name of the button that shows it. */
  readonly explain: { readonly label: string; readonly text: string };
  readonly big?: boolean;
}

/** A figure that says where it comes from and leads to the rows it is made of. */
export function ExplainedFigure({ label, value, note, change, href, explain, big = false }: ExplainedFigureProps) {
  return (
    <Card className="relative flex flex-col px-4 py-4 sm:px-5" data-testid="figure">
      <p className="pr-9 text-sm text-soft">
        {href === undefined ? (
          label
        ) : (
          <Link href={href} prefetch={false} className="after:absolute after:inset-0">
            {label}
          </Link>
        )}
      </p>
      <p
        className={`mt-1 font-semibold [overflow-wrap:anywhere] tabular-nums ${big ? "text-3xl sm:text-4xl" : "text-xl sm:text-2xl"}`}
        data-testid="figure-value"
      >
        {value}
      </p>
      {note === undefined ? null : <p className="mt-1 text-sm text-soft">{note}</p>}
      {change === undefined ? null : <p className="mt-1 text-sm text-soft">{change}</p>}
      <details className="group mt-auto">
        <summary
          title={explain.text}
          aria-label={`${explain.label}: ${label}`}
          className="absolute top-0 right-0 flex size-11 cursor-pointer list-none items-center justify-center text-soft"
        >
          <span
            aria-hidden="true"
            className="flex size-5 items-center justify-center rounded-full border border-current text-xs leading-none"
          >
            ?
          </span>
        </summary>
        <p className="relative mt-2 border-t border-line pt-2 text-sm text-soft">{explain.text}</p>
      </details>
    </Card>
  );
}
