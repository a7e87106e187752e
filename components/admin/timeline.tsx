import type { ReactNode } from "react";
import type { Language } from "#lib/texts/language.ts";
import { CopyButton } from "../controls/copy-button.tsx";
import { fullTime } from "./moments.ts";

export interface TimelineEvent {
  /** Stays the same when the page is read again, so that what is open stays open. */
  readonly id: string;
  readonly at: Date;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly tone?: "ok" | "failed" | "plain" | undefined;
  /** The person who did it, if any. */
  readonly actor?: string | undefined;
  /** What unfolds. */
  readonly facts?: readonly TimelineFact[];
  /** What unfolds below the facts: lines of reasons. */
  readonly reasons?: readonly string[];
  /** Below all that: bytes, buttons. */
  readonly more?: ReactNode;
}

export interface TimelineFact {
  readonly label: string;
  readonly value: string;
  /** A number or an address that people pass on. */
  readonly isCopied?: boolean;
}

const DOTS = { ok: "bg-brand", failed: "bg-warn-ink", plain: "bg-line" };

/** Events in the order in which they come. Those with something to unfold are a button. */
export function Timeline({ events, language }: { events: readonly TimelineEvent[]; language: Language }) {
  return (
    <ol className="px-4 py-2 sm:px-5" data-testid="timeline">
      {events.map((event, place) => {
        const { id, facts = [], reasons = [], more, tone = "plain" } = event;
        const unfolds = facts.length > 0 || reasons.length > 0 || more != null;
        return (
          <li key={id} className="relative flex gap-4 pb-3 last:pb-1">
            {place === events.length - 1 ? null : (
              <span aria-hidden="true" className="absolute top-6 bottom-0 left-[0.3125rem] w-px bg-line" />
            )}
            <span aria-hidden="true" className={`mt-3.5 size-[0.6875rem] shrink-0 rounded-full ${DOTS[tone]}`} />
            {unfolds ? (
              <details className="group min-w-0 flex-1">
                <summary className="-mx-2 flex min-h-11 cursor-pointer list-none gap-2 rounded-xl px-2 py-2 hover:bg-sunken [&::-webkit-details-marker]:hidden">
                  <EventHead event={event} language={language} />
                  <Chevron />
                </summary>
                <div className="mt-1 mb-3 rounded-xl bg-sunken px-3 py-1">
                  <EventFacts facts={facts} />
                  {reasons.length === 0 ? null : (
                    <ul className="flex list-disc flex-col gap-1 py-2 pl-5 text-sm">
                      {reasons.map((reason) => (
                        <li key={reason} className="[overflow-wrap:anywhere]">
                          {reason}
                        </li>
                      ))}
                    </ul>
                  )}
                  {more == null ? null : <div className="flex flex-col gap-3 py-3">{more}</div>}
                </div>
              </details>
            ) : (
              <div className="min-w-0 flex-1 py-2">
                <EventHead event={event} language={language} />
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function EventHead({ event: { at, title, detail, actor }, language }: { event: TimelineEvent; language: Language }) {
  return (
    <span className="block min-w-0 flex-1">
      <span className="block font-medium [overflow-wrap:anywhere]">{title}</span>
      {detail === undefined || detail === "" ? null : (
        <span className="block text-sm [overflow-wrap:anywhere] text-soft">{detail}</span>
      )}
      <span className="block text-sm text-soft tabular-nums">
        <time dateTime={at.toISOString()}>{fullTime(at, language)}</time>
        {actor === undefined ? null : ` · ${actor}`}
      </span>
    </span>
  );
}

function EventFacts({ facts }: { facts: readonly TimelineFact[] }) {
  if (facts.length === 0) return null;
  return (
    <dl className="divide-y divide-line text-sm">
      {facts.map(({ label, value, isCopied }) => (
        <div key={label} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
          <dt className="text-soft">{label}</dt>
          <dd className="flex min-w-0 flex-wrap items-center justify-end gap-2 text-right [overflow-wrap:anywhere] tabular-nums">
            {value}
            {isCopied ? <CopyButton value={value} what={label} /> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const Chevron = () => (
  <svg
    viewBox="0 0 20 20"
    aria-hidden="true"
    className="mt-1 size-4 shrink-0 text-soft transition-transform group-open:rotate-180 motion-reduce:transition-none"
  >
    <path
      d="m5 7.5 5 5 5-5"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
