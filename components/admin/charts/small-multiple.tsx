"use client";

import { useState } from "react";
import { Card } from "../../ui/card.tsx";
import { Unfold } from "../unfold.tsx";

/** Client code, so that a page of many curves sends their figures only, and no elements of each. */
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
  readonly texts: readonly (string | null)[];
  /** In words, where it stands out. */
  readonly mark: string | null;
  readonly words: {
    readonly table: string;
    readonly time: string;
    readonly value: string;
    readonly nothing: string;
  };
  /** Its figures are shown from the start, also where no script runs. */
  readonly isOpen: boolean;
}

const HEIGHT = 40;

/** One small curve among others of the same span: its bars without scripts, its figures as a table once somebody asks for them. */
export function SmallMultiple(props: SmallMultipleProps) {
  const { title, explain, now, note, values, moments, texts, mark, words, isOpen } = props;
  const [isAsked, setAsked] = useState(isOpen);
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
        viewBox={`0 0 ${values.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className={`mt-2 h-12 w-full border-b border-line ${mark === null ? "text-brand" : "text-warn-ink"}`}
      >
        <path d={gapsOf(values)} className="fill-sunken" />
        <path d={barsOf(values)} fill="currentColor" />
      </svg>
      <Unfold
        small
        isOpen={isOpen}
        onOpen={() => setAsked(true)}
        label={
          <>
            {words.table}
            <span className="sr-only"> · {title}</span>
          </>
        }
      >
        <p className="text-xs text-soft">{explain}</p>
        {isAsked ? <Figures moments={moments} texts={texts} words={words} /> : null}
      </Unfold>
    </Card>
  );
}

function Figures({ moments, texts, words }: Pick<SmallMultipleProps, "moments" | "texts" | "words">) {
  return (
    <table className="mt-2 w-full text-xs tabular-nums">
      <thead className="text-left text-soft">
        <tr>
          <th scope="col" className="py-1 font-medium">
            {words.time}
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            {words.value}
          </th>
        </tr>
      </thead>
      <tbody>
        {moments.map((moment, at) => (
          <tr key={moment} className="border-t border-line">
            <td className="py-1">{moment}</td>
            <td className="py-1 text-right">{texts[at] ?? words.nothing}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const STEP = 4;
const WIDTH = 3;

/** A value above nothing is never invisible. */
function barsOf(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0)) || 1;
  return values
    .map((value, at) => {
      if (value === null || value <= 0) return "";
      const height = Math.max(1.5, (value / most) * (HEIGHT - 2)).toFixed(1);
      return `M${at * STEP + 0.5} ${HEIGHT}v-${height}h${WIDTH}v${height}z`;
    })
    .join("");
}

/** One block for each stretch of which nothing is known. */
function gapsOf(values: readonly (number | null)[]): string {
  let path = "";
  for (let from = 0; from < values.length; from++) {
    if (values[from] !== null) continue;
    let to = from;
    while (values[to + 1] === null) to++;
    path += `M${from * STEP} 0h${(to - from + 1) * STEP}v${HEIGHT}H${from * STEP}z`;
    from = to;
  }
  return path;
}
