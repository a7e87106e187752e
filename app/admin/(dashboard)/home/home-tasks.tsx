import Link from "next/link";
import { LINK } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { HomeTask } from "./tasks.ts";

const SHOWN = 4;

/** What waits for a person, with what to do; first on the page. */
export function Tasks({ tasks, text: { home } }: { tasks: readonly HomeTask[]; text: AdminText }) {
  if (tasks.length === 0) {
    return (
      <p className="mb-4 flex items-center gap-2 text-sm text-soft">
        <svg viewBox="0 0 24 24" className="size-5 text-brand-ink" aria-hidden="true" fill="none" stroke="currentColor">
          <path d="m5 13 4 4L19 7" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
        {home.tasksNone}
      </p>
    );
  }
  return (
    <Card className="mb-4 overflow-hidden">
      <h2 className="px-4 pt-4 pb-1 font-semibold sm:px-5">{home.tasks}</h2>
      <ul>
        {tasks.slice(0, SHOWN).map(({ key, title, hint, count, href }) => (
          <li key={key} className="relative border-t border-line px-4 py-3 first:border-t-0 hover:bg-sunken sm:px-5">
            <p className="flex items-baseline justify-between gap-3">
              <Link href={href} prefetch={false} className="font-medium text-warn-ink after:absolute after:inset-0">
                {title}
              </Link>
              <span className="shrink-0 rounded-full bg-warn-soft px-2.5 py-0.5 text-xs font-medium text-warn-ink">
                {fill(home.taskTimes, { count })}
              </span>
            </p>
            <p className="mt-1 text-sm text-soft">{hint}</p>
          </li>
        ))}
      </ul>
      {tasks.length > SHOWN ? (
        <p className="border-t border-line px-4 sm:px-5">
          <Link href="/admin/alerts" prefetch={false} className={`${LINK} inline-block py-3 text-sm`}>
            {home.tasksAll}
          </Link>
        </p>
      ) : null}
    </Card>
  );
}
