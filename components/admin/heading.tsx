import type { ReactNode } from "react";
import { Tooltip } from "../controls/popover.tsx";

/** The page's heading and its actions. */
export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
      <h1 className="min-w-0 text-2xl font-semibold">{title}</h1>
      {children}
    </div>
  );
}

export function Section({ title, id, children }: { title: string; id?: string; children: ReactNode }) {
  return (
    <section id={id} className="mt-6 scroll-mt-4">
      <h2 className="mb-3 text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
  /** What it means, for those who ask. */
  readonly explain?: string;
}

/** Names and values; null values are left out. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  return (
    <dl className="divide-y divide-line px-4 sm:px-5">
      {facts.map((fact) =>
        fact === null ? null : (
          <div key={fact.label} className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-3">
            <dt className="text-sm text-soft">
              {fact.label}
              {fact.explain === undefined ? null : <Tooltip about={fact.label}>{fact.explain}</Tooltip>}
            </dt>
            <dd className="min-w-0 text-right [overflow-wrap:anywhere] tabular-nums">{fact.value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
