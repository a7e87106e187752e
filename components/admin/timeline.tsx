import type { Language } from "#lib/texts/language.ts";
import { fullTime } from "./moments.ts";

export interface TimelineEvent {
  readonly at: Date;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly tone?: "ok" | "failed" | "plain" | undefined;
  /** The person who did it, if any. */
  readonly actor?: string | undefined;
}

const DOTS = { ok: "bg-brand", failed: "bg-warn-ink", plain: "bg-line" };

/** Events, newest first. */
export function Timeline({ events, language }: { events: readonly TimelineEvent[]; language: Language }) {
  return (
    <ol className="px-4 py-2 sm:px-5" data-testid="timeline">
      {events.map(({ at, title, detail, tone = "plain", actor }, place) => (
        <li
          key={`${at.toISOString()} ${title} ${detail ?? ""} ${actor ?? ""}`}
          className="relative flex gap-4 pb-5 last:pb-2"
        >
          {place === events.length - 1 ? null : (
            <span aria-hidden="true" className="absolute top-5 bottom-0 left-[0.3125rem] w-px bg-line" />
          )}
          <span aria-hidden="true" className={`mt-1.5 size-[0.6875rem] shrink-0 rounded-full ${DOTS[tone]}`} />
          <div className="min-w-0">
            <p className="font-medium">{title}</p>
            {detail === undefined || detail === "" ? null : <p className="text-sm break-words text-soft">{detail}</p>}
            <p className="text-sm text-soft tabular-nums">
              <time dateTime={at.toISOString()}>{fullTime(at, language)}</time>
              {actor === undefined ? null : ` · ${actor}`}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
