import { Card } from "../../ui/card.tsx";
import { Unfold } from "../unfold.tsx";
import { CurveTable } from "./curve-table.tsx";

export interface SmallMultipleProps {
  readonly title: string;
  /** What it is, for those who ask. */
  readonly explain: string;
  /** The newest value in words, and a second line, as the peak. */
  readonly now: string;
  readonly note: string;
  /** One for each step; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** In the order of the values: when, and the value in words. */
  readonly moments: readonly string[];
  readonly texts: readonly string[];
  /** In words, where it stands out. */
  readonly mark: string | null;
  readonly words: { readonly table: string; readonly time: string; readonly value: string };
}

const HEIGHT = 40;

/** One small curve among others of the same span: its bars without scripts, its figures as a table. */
export function SmallMultiple(props: SmallMultipleProps) {
  const { title, explain, now, note, values, moments, texts, mark, words } = props;
  return (
    <Card className="flex min-w-0 flex-col px-3 py-3 sm:px-4" data-testid="curve">
      <div className="flex items-start justify-between gap-2">
        <h3 className="text-sm text-soft" title={explain}>
          {title}
        </h3>
        {mark === null ? null : (
          <span className="shrink-0 rounded-full bg-warn-soft px-2 py-0.5 text-xs text-warn-ink">{mark}</span>
        )}
      </div>
      <p className="mt-0.5 flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="text-xl font-semibold tabular-nums">{now}</span>
        <span className="text-xs text-soft tabular-nums">{note}</span>
      </p>
      <svg
        viewBox={`0 0 ${values.length * 4} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className={`mt-2 h-12 w-full border-b border-line ${mark === null ? "text-brand" : "text-warn-ink"}`}
      >
        <path d={gapsOf(values)} className="fill-sunken" />
        <path d={barsOf(values)} fill="currentColor" />
      </svg>
      <Unfold
        small
        label={
          <>
            {words.table}
            <span className="sr-only"> · {title}</span>
          </>
        }
      >
        <p className="text-xs text-soft">{explain}</p>
        <CurveTable moments={moments} values={texts} words={words} />
      </Unfold>
    </Card>
  );
}

/** A value above nothing is never invisible. */
function barsOf(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0)) || 1;
  return values
    .map((value, at) => {
      if (value === null || value <= 0) return "";
      const height = Math.max(1.5, (value / most) * (HEIGHT - 2));
      return bar(at, height);
    })
    .join("");
}

const gapsOf = (values: readonly (number | null)[]): string =>
  values.map((value, at) => (value === null ? bar(at, HEIGHT) : "")).join("");

const bar = (at: number, height: number): string =>
  `M${at * 4 + 0.5} ${HEIGHT}v-${height.toFixed(1)}h3v${height.toFixed(1)}z`;
