import { TableCard } from "#components/admin/card-list.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { SWEEP_LAG_S_WARN } from "#lib/base/limits.ts";
import { healthText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { valueText } from "./curves.tsx";
import type { Health } from "./read-health.ts";

interface WorkRow {
  readonly key: string;
  readonly what: string;
  readonly waiting: number;
  readonly due: number;
  readonly lagS: number;
  readonly failing?: number;
  readonly lastRun?: Date | null;
}

/** What is waiting, how late it is, and who works on it. */
export function WorkTable({ health, adminRequest }: { health: Health; adminRequest: AdminRequest }) {
  const { language, text } = adminRequest;
  const words = healthText(language);
  const columns = words.workColumns;
  const rows: WorkRow[] = [
    ...health.swept.map(({ kind, ...figures }) => ({ key: kind, what: words.swept[kind], ...figures })),
    ...health.tasks.map(({ task, ...figures }) => ({ key: `task ${task}`, what: taskName(task), ...figures })),
  ];
  function taskName(task: string): string {
    const known: Readonly<Record<string, string>> = words.tasks;
    return known[task] ?? task;
  }
  const state = ({ lagS, failing = 0, lastRun }: WorkRow) => {
    if (failing > 0) return <Badge tone="warn">{fill(words.failing, { count: failing })}</Badge>;
    if (lagS > SWEEP_LAG_S_WARN) return <Badge tone="warn">{words.late}</Badge>;
    return (
      <span className="text-sm text-soft">
        {lastRun ? fill(words.lastRun, { time: shortTime(lastRun, language) }) : words.onTime}
      </span>
    );
  };
  return (
    <>
      <p className="mb-3 max-w-prose text-sm text-soft">{words.workHint}</p>
      <TableCard
        empty={null}
        caption={words.work}
        columns={[
          { key: "what", label: columns.what, card: "title" },
          { key: "waiting", label: columns.waiting, align: "end" },
          { key: "due", label: columns.due, align: "end" },
          { key: "lag", label: columns.lag, align: "end" },
          { key: "state", label: columns.state, card: "figure" },
        ]}
        rows={rows.map((row) => ({
          key: row.key,
          cells: [
            row.what,
            <span key="waiting" className="tabular-nums">
              {row.waiting.toLocaleString("en")}
            </span>,
            <span key="due" className="tabular-nums">
              {row.due.toLocaleString("en")}
            </span>,
            <span key="lag" className="tabular-nums">
              {row.lagS === 0 ? text.none : valueText(row.lagS, "seconds", words)}
            </span>,
            state(row),
          ],
        }))}
      />
      <h3 className="mt-5 mb-2 font-medium">{words.processes}</h3>
      <Card className="px-4 py-3 sm:px-5">
        {health.processes.length === 0 ? (
          <p className="text-warn-ink">{words.noWorker}</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {health.processes.map(({ process, seenAt }) => (
              <li key={process} className="flex flex-wrap justify-between gap-x-4 text-sm">
                <code className="break-all">{process}</code>
                <span className="text-soft tabular-nums">
                  {fill(words.seen, { time: shortTime(seenAt, language) })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
