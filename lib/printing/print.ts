import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { PRINT_JOB_AGE_MAX_MS } from "#lib/base/limits.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import type { DuePrintJob, LeasedPrinter, PrintOutbox, WantedPrint } from "#lib/storage/printing/print-outbox.ts";
import { findPrintJob } from "#lib/storage/printing/printers.ts";
import { readReceiptFacts, readRefundReceiptFacts } from "#lib/storage/printing/receipt-facts.ts";
import { FULL_LANGUAGES, HOME_LANGUAGE } from "#lib/texts/language.ts";
import type { ShiftAccount } from "#lib/tills/index.ts";
import { type DocumentContext, receiptDocument, refundDocument, shiftDocument, testDocument } from "./documents.ts";
import { feieSettings, printByFeie } from "./feie.ts";
import { networkSettings, printOverNetwork } from "./network-printer.ts";
import { layOut, type PaperPart, type PaperWidth } from "./paper.ts";
import type { PrintResult } from "./print-result.ts";

/** Where the settings of a printer are sealed for. */
export const printerPlace = (printerId: string) => ({ table: "printers", column: "settings_sealed", row: printerId });

export interface PrintingDeps {
  readonly pool: Database["pool"];
  readonly outbox: PrintOutbox;
  readonly box: { openText(sealed: Uint8Array, place: ReturnType<typeof printerPlace>): string };
  /** Null for a shift that is not there. */
  readonly shift: (shiftId: string) => Promise<ShiftAccount | null>;
  readonly shopName: () => Promise<string>;
  readonly clock: Clock;
  readonly policy: TargetPolicy;
  readonly publicUrl: string;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
  };
}

/** What became of a print by hand; `waiting`: the printer has to be seen to first. */
export interface PrintOutcome {
  readonly jobId: string;
  readonly status: "pending" | "sending" | "printed" | "unknown" | "cancelled";
}

export interface ReceiptPrinting {
  /** Prints the printer's next job, if one is due. @returns whether there may be more at once */
  turn(printerId: string): Promise<"again" | "idle">;
  /** Printers with something to print that nobody is printing. */
  duePrinters(): Promise<readonly string[]>;
  /** By hand, at once. @throws AppError `not_found` for a printer that is not in use */
  print(wanted: Omit<WantedPrint, "now">): Promise<PrintOutcome>;
}

/** A lease outlives the one job it is for; then the printer is anybody's again. */
const LEASE_MS = 60 * SECOND_MS;
const EARLY_MS = SECOND_MS;
/** From one failure to the next try: somebody is putting paper in. */
const PAUSES_MS = [3, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS);
/** A printer that is out of reach may only be waking up; one without paper needs a person at once. */
const FAILURES_TOLD = { paper_out: 1, cover_open: 1, refused: 1, offline: 2, unanswered: 2 } as const;
const LOOK_EVERY_MS = 150;
const BY_HAND_MS = 8 * SECOND_MS;

export function createPrinting(deps: PrintingDeps): ReceiptPrinting {
  const { outbox, clock, pool } = deps;
  const turn = async (printerId: string): Promise<"again" | "idle"> => {
    const now = addMs(clock.now(), EARLY_MS);
    const until = addMs(now, LEASE_MS);
    const printer = await outbox.lease(printerId, { now, until });
    if (printer === null) return "idle";
    const job = await outbox.next(printerId, now);
    if (job === null) {
      await outbox.release(printerId);
      return "idle";
    }
    return runJob(deps, { printer, job, until });
  };
  return {
    turn,
    duePrinters: () => outbox.duePrinters(clock.now()),
    async print(wanted) {
      const jobId = await outbox.want({ ...wanted, now: clock.now() });
      if (jobId === null) throw new AppError("not_found", "there is no such printer, or it is not in use");
      const endsAt = performance.now() + BY_HAND_MS;
      for (;;) {
        // Another process may hold the printer, with this very job in its hands.
        const more = await turn(wanted.printerId);
        const status = await statusOf(pool, jobId);
        if (status !== "pending" && status !== "sending") return { jobId, status };
        const isStuck = more === "idle" && status === "pending" && (await isTroubled(deps, wanted.printerId));
        if (isStuck || performance.now() > endsAt) return { jobId, status };
        if (more === "idle") await sleep(LOOK_EVERY_MS);
      }
    },
  };
}

async function statusOf(pool: Database["pool"], jobId: string): Promise<PrintOutcome["status"]> {
  return ((await findPrintJob(pool, jobId))?.status ?? "cancelled") as PrintOutcome["status"];
}

/** SQL: one column, asked while somebody waits. */
async function isTroubled({ pool }: PrintingDeps, printerId: string): Promise<boolean> {
  const { rows } = await pool.query<{ trouble: string | null }>("select trouble from printers where id = $1", [
    printerId,
  ]);
  return (rows[0]?.trouble ?? null) !== null;
}

interface Running {
  readonly printer: LeasedPrinter;
  readonly job: DuePrintJob;
  readonly until: Date;
}

async function runJob(deps: PrintingDeps, running: Running): Promise<"again" | "idle"> {
  const { outbox, clock } = deps;
  const { printer, job, until } = running;
  const about = { printerId: printer.id, jobId: job.id };
  // Who printed it has gone away in the middle.
  if (job.status === "sending") {
    return conclude(deps, running, { kind: "unknown", trouble: "unanswered", answer: "it was broken off" });
  }
  const age = clock.now().getTime() - job.createdAt.getTime();
  const parts = job.automatic && age > PRINT_JOB_AGE_MAX_MS ? "too old" : await documentOf(deps, running);
  if (typeof parts === "string") {
    await outbox.cancel({ ...about, answer: parts, now: clock.now() });
    return "again";
  }
  if (!(await outbox.begin(job.id, { now: clock.now(), until }))) {
    await outbox.release(printer.id);
    return "again";
  }
  return conclude(deps, running, await send(deps, printer, parts));
}

/** @returns why there is nothing to print, where there is nothing */
async function documentOf(deps: PrintingDeps, { printer, job }: Running): Promise<readonly PaperPart[] | string> {
  const { pool, clock, publicUrl } = deps;
  const language = FULL_LANGUAGES.find((each) => each === printer.language) ?? HOME_LANGUAGE;
  const context: DocumentContext = { language, reprint: job.reprint, printedAt: clock.now(), publicUrl };
  if (job.kind === "test") return testDocument(await deps.shopName(), context);
  if (job.kind === "shift") {
    const shift = await deps.shift(job.shiftId ?? "");
    if (shift === null) return "the shift is not there";
    // An actor is an address of mail, or a cashier as `cashierActor` of lib/auth writes it.
    const closedBy = /^cashier:(.*) \(csh_\w+\)$/.exec(shift.closedBy ?? "")?.[1] ?? shift.closedBy;
    return shiftDocument(shift, { shop: await deps.shopName(), closedBy }, context);
  }
  if (job.kind === "refund") {
    const refund = await readRefundReceiptFacts(pool, job.refundId ?? "");
    return refund === null ? "the refund is not done" : refundDocument(refund, context);
  }
  const order = await readReceiptFacts(pool, job.orderId ?? "");
  return order === null ? "the order is not there" : receiptDocument(order, context);
}

/** A fault of our own sent nothing, or nobody knows: then it is not sent again by itself. */
async function send(deps: PrintingDeps, printer: LeasedPrinter, parts: readonly PaperPart[]): Promise<PrintResult> {
  const { box, policy, clock, log } = deps;
  try {
    const settings: unknown = JSON.parse(box.openText(printer.settingsSealed, printerPlace(printer.id)));
    const width: PaperWidth = printer.width === 58 ? 58 : 80;
    const lines = layOut(parts, width);
    const { copies } = printer;
    if (printer.kind === "feie") {
      return await printByFeie(feieSettings.parse(settings), { lines, width, copies, now: clock.now(), policy });
    }
    const { escposOf } = await import("./escpos.ts");
    const bytes = escposOf(lines, width);
    const all = Buffer.concat(Array.from({ length: copies }, () => bytes));
    return await printOverNetwork(networkSettings.parse(settings), all, policy);
  } catch (cause) {
    log.warn("print.broken_off", { printerId: printer.id, cause });
    return { kind: "unknown", trouble: "unanswered", answer: "it was broken off" };
  }
}

async function conclude(
  { outbox, clock, log }: PrintingDeps,
  { printer, job }: Running,
  result: PrintResult,
): Promise<"again" | "idle"> {
  const now = clock.now();
  const end = { printerId: printer.id, jobId: job.id, answer: result.answer.slice(0, 300), now };
  const about = { printerId: printer.id, kind: job.kind, outcome: result.kind };
  if (result.kind === "printed") {
    await outbox.printed(end);
    log.info("print.printed", { ...about, ms: now.getTime() - job.createdAt.getTime() });
    return "again";
  }
  log.warn("print.failed", { ...about, trouble: result.trouble, answer: end.answer });
  const failures = printer.failures + 1;
  const pauseMs = PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? LEASE_MS;
  const isTold = failures >= FAILURES_TOLD[result.trouble];
  const failed = { ...end, trouble: result.trouble, retryAt: addMs(now, pauseMs), isTold };
  if (result.kind === "not_printed") await outbox.notPrinted(failed);
  else await outbox.unknown({ ...failed, orderId: job.orderId });
  return "idle";
}
