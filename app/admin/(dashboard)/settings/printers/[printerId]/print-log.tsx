import { ActionForm } from "#components/admin/action-form.tsx";
import { type Column, DataTable, type Row } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { type ListedPrintJob, listPrintJobs } from "#lib/storage/printing/printers.ts";
import { printingText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { reprint } from "../actions.ts";

const LIMIT = 25;

interface PrintLogProps {
  readonly adminRequest: AdminRequest;
  readonly printerId: string;
  readonly cursor: string | undefined;
}

/** What was printed, what was not, and what the printer said. */
export async function PrintLog({ adminRequest, printerId, cursor }: PrintLogProps) {
  const { container, language, text } = adminRequest;
  const { page } = printingText(language);
  const before = cursor === undefined ? {} : { before: cursor };
  const found = await listPrintJobs(container.database.pool, { printerId, ...before, limit: LIMIT + 1 });
  const jobs = found.slice(0, LIMIT);
  const base = `/admin/settings/printers/${printerId}`;
  const columns: readonly Column[] = [
    { key: "what", label: page.logColumns.what, card: "title" },
    { key: "state", label: page.logColumns.state, card: "figure" },
    { key: "answer", label: page.logColumns.answer, card: "body" },
    { key: "when", label: page.logColumns.when, card: "foot" },
    { key: "again", label: page.logColumns.again, card: "state" },
  ];
  return (
    <>
      <Card className="overflow-hidden">
        {jobs.length === 0 ? (
          <EmptyState title={page.logEmpty} hint={page.test} />
        ) : (
          <DataTable caption={page.log} columns={columns} rows={jobs.map((job) => jobRow(job, adminRequest))} />
        )}
      </Card>
      <Pager
        words={text}
        first={cursor === undefined ? null : base}
        next={found.length > LIMIT ? `${base}?cursor=${jobs.at(-1)?.id}` : null}
      />
    </>
  );
}

const TONES: Readonly<Record<string, "brand" | "warn" | "plain">> = { printed: "brand", unknown: "warn" };

function jobRow(job: ListedPrintJob, { language, text, may }: AdminRequest): Row {
  const { page } = printingText(language);
  const kinds: Readonly<Record<string, string>> = page.jobs;
  const states: Readonly<Record<string, string>> = page.jobStates;
  const marks = [job.automatic ? page.automaticMark : null, job.reprint ? page.reprint : null, job.order?.outTradeNo];
  const mayPrint = may("receipts.print") && job.kind !== "test";
  return {
    key: String(job.id),
    cells: [
      [kinds[job.kind] ?? job.kind, ...marks].filter(Boolean).join(" · "),
      <Badge key="state" tone={TONES[job.status] ?? "plain"}>
        {states[job.status] ?? job.status}
      </Badge>,
      job.lastAnswer ?? text.none,
      shortTime(job.createdAt, language),
      mayPrint ? (
        <div key="again" className="whitespace-nowrap">
          <ActionForm
            action={reprint}
            submit={page.again}
            working={text.working}
            tone="plain"
            hidden={{ jobId: String(job.id) }}
          />
        </div>
      ) : (
        ""
      ),
    ],
  };
}
