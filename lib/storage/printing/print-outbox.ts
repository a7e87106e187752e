import type pg from "pg";
import type { PrimaryPool } from "../client.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { endPrinterAlerts } from "./printers.ts";

// SQL throughout: leases by row locks, statements for several tables.

/** A printer that this process alone speaks to until its lease ends. */
export interface LeasedPrinter {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly settingsSealed: Uint8Array;
  readonly width: number;
  readonly copies: number;
  readonly language: string;
  readonly failingSince: Date | null;
  readonly failures: number;
}

export interface DuePrintJob {
  readonly id: string;
  readonly kind: "receipt" | "refund" | "shift" | "test";
  readonly orderId: string | null;
  readonly refundId: string | null;
  readonly shiftId: string | null;
  readonly automatic: boolean;
  readonly reprint: boolean;
  readonly status: "pending" | "sending";
  readonly createdAt: Date;
}

/** What is to be printed by hand. */
export interface WantedPrint extends Pick<DuePrintJob, "kind" | "orderId" | "refundId" | "shiftId"> {
  readonly printerId: string;
  readonly actor: string;
  readonly now: Date;
}

const LEASE = statement("lease_printer")`
    update printers p set leased_until = $3
     where id = $1 and paused_at is null and (leased_until is null or leased_until <= $2) and (retry_at is null or retry_at <= $2)
       and exists (select from print_jobs j where j.printer_id = p.id and j.check_at <= $2)
    returning id, kind, name, settings_sealed as "settingsSealed", width, copies, language, failing_since as "failingSince", failures`;
const JOB = `id::text, kind, order_id as "orderId", refund_id as "refundId", shift_id as "shiftId", automatic, reprint, status,
  created_at as "createdAt"`;
const NEXT = statement("next_print_job")`
    select ${JOB} from print_jobs where printer_id = $1 and check_at <= $2 order by id limit 1`;
const DUE_PRINTERS = statement("due_printers")`
    select p.id from printers p
     where p.paused_at is null and (p.leased_until is null or p.leased_until <= $1) and (p.retry_at is null or p.retry_at <= $1)
       and exists (select from print_jobs j where j.printer_id = p.id and j.check_at <= $1)`;
const BEGIN = statement("begin_print_job")`
    update print_jobs set status = 'sending', sent_at = $2, check_at = $3, tries = tries + 1
     where id = $1 and status = 'pending' returning id`;
const END = statement("end_print_job")`
    update print_jobs set status = $2, check_at = null, ended_at = $3, last_answer = $4
     where id = $1 and status in ('pending', 'sending')`;
const AGAIN = statement("retry_print_job")`
    update print_jobs set status = 'pending', sent_at = null, check_at = $2, last_answer = $3 where id = $1 and status = 'sending'`;
const WELL = statement("printer_well")`
    update printers set leased_until = null, trouble = null, failing_since = null, failures = 0, retry_at = null, last_answer = $3,
           last_printed_at = $2
     where id = $1`;
const TROUBLED = statement("printer_troubled")`
    update printers set leased_until = null, trouble = $3, failing_since = coalesce(failing_since, $2), failures = failures + 1,
           retry_at = $4, last_answer = $5
     where id = $1 returning failing_since as since`;
const RELEASE = statement("release_printer")`update printers set leased_until = null where id = $1`;
const TELL = statement("tell_printer")`
    insert into alerts (kind, cause, order_id, detail, created_at)
    select $3, $4, $5, jsonb_build_object('printerId', id, 'printer', name, 'link', '/admin/settings/printers/' || id), $2
      from printers where id = $1
    on conflict (cause) do nothing`;
const LOCK = statement("lock_printer")`select id from printers where id = $1 and paused_at is null for update`;
const SAME_WAITING = statement("same_print_waiting")`
    update print_jobs set check_at = $6
     where id = (select id from print_jobs
                  where printer_id = $1 and kind = $2 and order_id is not distinct from $3 and refund_id is not distinct from $4
                    and shift_id is not distinct from $5 and kind <> 'test' and status = 'pending' order by id limit 1)
    returning id::text`;
const WANT = statement("want_print")`
    insert into print_jobs (printer_id, kind, order_id, refund_id, shift_id, reprint, check_at, created_at, created_by)
    select $1, $2::text, $3::text, $4::text, $5::text,
           $2 <> 'test' and exists (select from print_jobs j
             where j.kind = $2 and j.order_id is not distinct from $3 and j.refund_id is not distinct from $4
               and j.shift_id is not distinct from $5 and j.status in ('sending', 'printed', 'unknown')),
           $6, $6, $7
    returning id::text`;
const FREE = statement("free_printer")`update printers set retry_at = null where id = $1`;

interface JobEnd {
  readonly printerId: string;
  readonly jobId: string;
  readonly answer: string;
  readonly now: Date;
}

export interface FailedPrint extends JobEnd {
  readonly trouble: string;
  readonly retryAt: Date;
  /** Whether people are told that the printer fails. */
  readonly isTold: boolean;
}

export type PrintOutbox = ReturnType<typeof printOutbox>;

/** The outbox of print jobs: rows are the to-do list, whatever becomes of the queue. */
export function printOutbox(pool: PrimaryPool) {
  const troubled = async (client: pg.PoolClient, end: FailedPrint): Promise<void> => {
    const { printerId, answer, now, trouble, retryAt, isTold } = end;
    const { rows } = await run<{ since: Date }>(client, TROUBLED, [printerId, now, trouble, retryAt, answer]);
    const since = rows[0]?.since ?? now;
    const cause = `printer_failing:${printerId}:${since.toISOString()}`;
    if (isTold) await run(client, TELL, [printerId, now, "printer_failing", cause, null]);
  };
  return {
    /** @returns null when nothing is due, or another process holds the printer */
    async lease(printerId: string, lease: { now: Date; until: Date }): Promise<LeasedPrinter | null> {
      return (await run<LeasedPrinter>(pool, LEASE, [printerId, lease.now, lease.until])).rows[0] ?? null;
    },
    /** The oldest. */
    async next(printerId: string, now: Date): Promise<DuePrintJob | null> {
      return (await run<DuePrintJob>(pool, NEXT, [printerId, now])).rows[0] ?? null;
    },
    async duePrinters(now: Date): Promise<string[]> {
      return (await run<{ id: string }>(pool, DUE_PRINTERS, [now])).rows.map(({ id }) => id);
    },
    /** From now on some of it may be on paper. @returns whether it still was to be printed */
    async begin(jobId: string, { now, until }: { now: Date; until: Date }): Promise<boolean> {
      return (await run(pool, BEGIN, [jobId, now, until])).rowCount === 1;
    },
    release: async (printerId: string): Promise<void> => void (await run(pool, RELEASE, [printerId])),
    cancel: ({ printerId, jobId, answer, now }: JobEnd): Promise<void> =>
      inTransaction(pool, async (client) => {
        await run(client, END, [jobId, "cancelled", now, answer]);
        await run(client, RELEASE, [printerId]);
      }),
    /** It is on paper, and with it a failure of the printer is over. */
    printed: ({ printerId, jobId, answer, now }: JobEnd): Promise<void> =>
      inTransaction(pool, async (client) => {
        await run(client, END, [jobId, "printed", now, answer]);
        await run(client, WELL, [printerId, now, answer]);
        await endPrinterAlerts(client, printerId, now);
      }),
    /** Nothing of it was sent: it is sent again later. */
    notPrinted: (end: FailedPrint): Promise<void> =>
      inTransaction(pool, async (client) => {
        await run(client, AGAIN, [end.jobId, end.retryAt, end.answer]);
        await troubled(client, end);
      }),
    /** Some of it may be on paper: a person looks. */
    unknown: (end: FailedPrint & { readonly orderId: string | null }): Promise<void> =>
      inTransaction(pool, async (client) => {
        const { printerId, jobId, answer, now } = end;
        await run(client, END, [jobId, "unknown", now, answer]);
        await troubled(client, end);
        await run(client, TELL, [printerId, now, "print_unknown", `print_unknown:${jobId}`, null]);
      }),
    /**
     * A job by hand. What already waits for this printer is not written a second time; what may be on paper is marked as a reprint.
     * @returns null for a printer that is not in use
     */
    want: (wanted: WantedPrint): Promise<string | null> =>
      inTransaction(pool, async (client) => {
        const { printerId, kind, orderId, refundId, shiftId, now, actor } = wanted;
        if ((await run(client, LOCK, [printerId])).rowCount !== 1) return null;
        await run(client, FREE, [printerId]);
        const same = [printerId, kind, orderId, refundId, shiftId, now];
        const waiting = (await run<{ id: string }>(client, SAME_WAITING, same)).rows[0];
        if (waiting !== undefined) return waiting.id;
        return (await run<{ id: string }>(client, WANT, [...same, actor])).rows[0]?.id ?? null;
      }),
  };
}
