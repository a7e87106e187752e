"use client";

import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { FileLink } from "../file-link.tsx";
import { Plain } from "./chart-plain.tsx";
import { ChartTable } from "./chart-table.tsx";
import type { ChartData, ChartWords } from "./chart-types.ts";
import type { DrawnChart } from "./draw-chart.ts";

interface ChartProps {
  readonly data: ChartData;
  readonly words: ChartWords;
  readonly language: string;
  /** The same figures as a file. */
  readonly csv?: string;
}

/**
 * A picture of figures. It stands complete in the page as it comes from the server, as bars of plain elements and as a table;
 * where scripts run, the drawn chart takes the bars' place in a box of the same size.
 */
export function Chart({ data, words, language, csv }: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<DrawnChart | null>(null);
  const [isDrawn, setDrawn] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let gone = false;
    const draw = async () => {
      const { drawChart } = await import("./draw-chart.ts");
      if (gone) return;
      drawn.current = drawChart(element, { data, language });
      setDrawn(true);
    };
    // Without the drawing the plain bars stay, and say the same.
    const stop = whenInView(element, () => void draw().catch(() => {}));
    return () => {
      gone = true;
      stop();
      drawn.current?.destroy();
      drawn.current = null;
      setDrawn(false);
    };
  }, [data, language]);
  const show = (next: number) => {
    setAt(next);
    drawn.current?.point(next);
  };
  return (
    <figure className="m-0 px-4 pt-4 pb-2 sm:px-5">
      <Legend data={data} />
      <div
        className="relative h-56 w-full rounded-lg focus-within:outline-3 focus-within:outline-offset-3 focus-within:outline-brand-ink sm:h-64"
        data-drawn={isDrawn}
        data-testid="chart"
      >
        <Plain data={data} hidden={isDrawn} />
        <canvas ref={canvas} aria-label={data.title} role="img" className={isDrawn ? "" : "invisible"} />
        {isDrawn ? <Scrubber data={data} words={words} at={at} drawn={drawn} onPlace={show} /> : null}
      </div>
      <Readout data={data} at={at} words={words} />
      <div className="flex flex-wrap items-start gap-x-5 text-sm">
        <ChartTable data={data} label={words.table} />
        {csv === undefined ? null : (
          <FileLink
            className="inline-flex min-h-11 items-center text-brand-ink underline underline-offset-4"
            href={csv}
            label={words.csv}
          >
            {words.csv}
          </FileLink>
        )}
        {isDrawn ? (
          <button
            type="button"
            className="min-h-11 cursor-pointer text-brand-ink underline underline-offset-4"
            onClick={() => void save(drawn.current, data.title)}
          >
            {words.image}
          </button>
        ) : null}
      </div>
    </figure>
  );
}

interface ScrubberProps {
  readonly data: ChartData;
  readonly words: ChartWords;
  readonly at: number | null;
  readonly drawn: { readonly current: DrawnChart | null };
  readonly onPlace: (at: number) => void;
}

/** Lies over the drawing: a finger or the mouse points at a place, and for keys and screen readers it is a slider. */
function Scrubber({ data, words, at, drawn, onPlace }: ScrubberProps) {
  const byPointer = useRef(false);
  const point = (clientX: number) => {
    const place = drawn.current?.placeAt(clientX) ?? null;
    if (place !== null) onPlace(place);
  };
  return (
    <input
      type="range"
      aria-label={`${data.title}: ${words.scrub}`}
      aria-valuetext={at === null ? words.scrub : pointText(data, at)}
      min={0}
      max={Math.max(0, data.points.length - 1)}
      value={at ?? data.points.length - 1}
      onPointerDown={(event) => {
        byPointer.current = true;
        point(event.clientX);
      }}
      onPointerMove={(event) => point(event.clientX)}
      onPointerUp={() => {
        byPointer.current = false;
      }}
      onPointerCancel={() => {
        byPointer.current = false;
      }}
      onChange={(event) => byPointer.current || onPlace(Number(event.target.value))}
      className="absolute inset-0 h-full w-full cursor-crosshair touch-pan-y opacity-0"
    />
  );
}

const SWATCHES = {
  main: "bg-action",
  quiet: "bg-soft",
  warn: "bg-warn-ink",
  part1: "bg-[var(--part-1)]",
  part2: "bg-[var(--part-2)]",
  part3: "bg-[var(--part-3)]",
  part4: "bg-[var(--part-4)]",
  part5: "bg-[var(--part-5)]",
} as const;

function Legend({ data }: { data: ChartData }) {
  const named = data.series.filter(({ form }) => form !== "low");
  return (
    <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft" aria-hidden="true">
      {named.map(({ name, form, tone }) => (
        <li key={name} className="flex items-center gap-1.5">
          <span
            className={`inline-block w-3 ${form === "bar" ? "h-3 rounded-sm" : form === "high" ? "h-3 rounded-sm opacity-25" : "h-0.5"} ${SWATCHES[tone]}`}
          />
          {name}
        </li>
      ))}
    </ul>
  );
}

/** What is pointed at, in words, with the way to its list. Its room is always there. */
function Readout({ data, at, words }: { data: ChartData; at: number | null; words: ChartWords }) {
  const point = at === null ? undefined : data.points[at];
  return (
    <p aria-live="polite" className="mt-1 flex min-h-11 flex-wrap items-center gap-x-3 text-sm" data-testid="readout">
      {point === undefined || at === null ? (
        <span className="text-soft">{words.hint}</span>
      ) : (
        <>
          <strong className="font-semibold">{point.label}</strong>
          {data.series.map(({ name, texts }) => (
            <span key={name} className="text-soft tabular-nums">
              {name} <span className="text-ink">{texts[at]}</span>
            </span>
          ))}
          {point.mark === undefined ? null : <span className="text-warn-ink">{point.mark}</span>}
          {point.href === undefined ? null : (
            <Link
              href={point.href}
              prefetch={false}
              className="inline-flex min-h-11 items-center text-brand-ink underline underline-offset-4"
            >
              {words.open}
            </Link>
          )}
        </>
      )}
    </p>
  );
}

const pointText = ({ points, series }: ChartData, at: number): string =>
  [points[at]?.label, ...series.map(({ name, texts }) => `${name} ${texts[at] ?? ""}`)].join(", ");

function whenInView(element: Element, then: () => void): () => void {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    watch.disconnect();
    then();
  });
  watch.observe(element);
  return () => watch.disconnect();
}

async function save(chart: DrawnChart | null, title: string): Promise<void> {
  const blob = (await chart?.picture()) ?? null;
  if (blob === null) return;
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = `${title}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
