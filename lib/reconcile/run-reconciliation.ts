import { AppError, isAppError } from "#lib/base/app-error.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { Clock } from "#lib/base/clock.ts";
import { BILL_LATE_MS, RECONCILE_CATCH_UP_DAYS } from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import type { BillFile, BillKind, BillRefusal, Gateways } from "#lib/payment/index.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { journalOfFees } from "./fee-journal.ts";
import type { ReconciliationStore, Subject } from "./ports.ts";
import { createFundFlowReader, type FeeMove } from "./read-fund-flow.ts";
import { BillProblem } from "./read-table.ts";
import { createFindings, dayBounds, type Findings, reconcileBill, unreadable, wrongSum } from "./reconcile-bill.ts";
import { unpackBill } from "./unpack-bill.ts";

export interface ReconciliationDeps {
  readonly store: ReconciliationStore;
  readonly gateways: Pick<Gateways, "of">;
  readonly clock: Clock;
  readonly log: Log;
}

/** What comparing a day came to. */
export interface DayReport {
  readonly day: string;
  /** Rows of the bill. */
  readonly trades: number;
  readonly refunds: number;
  /** Rows of apps that are not ours, which share the merchant number. */
  readonly otherApps: number;
  /** What is still open. */
  readonly discrepancies: readonly Discrepancy[];
  /** Found beyond {@link discrepancies}: more than anybody could look through. */
  readonly more: number;
}

export interface Reconciliation {
  /**
   * Compares a day of Beijing with WeChat's bill. Changes no order, payment or refund.
   * @throws AppError `conflict` when there is no bill of that day to be had yet, `gateway_unavailable`, `gateway_rejected`
   */
  run(day: string): Promise<DayReport>;
  /** All days that are over and have no result yet. Never throws for a day that fails: the next round takes it again. */
  runDue(): Promise<void>;
}

export function createReconciliation(deps: ReconciliationDeps): Reconciliation {
  const run = async (day: string): Promise<DayReport> => {
    const subjects = await deps.store.subjects(day);
    if (subjects.length === 0) throw new AppError("conflict", "no WeChat Pay account is configured");
    const reports: DayReport[] = [];
    const failures: unknown[] = [];
    for (const subject of subjects) {
      try {
        reports.push(await runOne(deps, subject));
      } catch (cause) {
        const at = deps.clock.now();
        await deps.store.recordFailure(subject, { problem: problemOf(cause), isLate: isLate(day, at), at });
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
    return reports.reduce(joined);
  };
  return {
    run,
    async runDue() {
      const days = daysOver(deps.clock.now());
      const settled = new Set(await deps.store.settledDays(days));
      for (const day of days.filter((each) => !settled.has(each))) {
        try {
          const { discrepancies, more } = await run(day);
          deps.log.info("reconciliation.done", { day, differences: discrepancies.length + more });
        } catch (cause) {
          deps.log.warn("reconciliation.failed", { day, cause });
        }
      }
    },
  };
}

/** WeChat makes a day's bill from nine o'clock of the next; it is to be had from ten. */
const READY_AFTER_MS = 10 * HOUR_MS;

/** The window for fetching a day's bill is over, and there should have been one long since. */
function isLate(day: string, now: Date): boolean {
  const sinceReadyMs = now.getTime() - dayBounds(day).to.getTime() - READY_AFTER_MS;
  return sinceReadyMs >= BILL_LATE_MS && sinceReadyMs < RECONCILE_CATCH_UP_DAYS * DAY_MS;
}

/** Oldest first. */
function daysOver(now: Date): string[] {
  const last = addMs(now, -READY_AFTER_MS - DAY_MS);
  return Array.from({ length: RECONCILE_CATCH_UP_DAYS }, (_, back) =>
    beijingDay(addMs(last, -back * DAY_MS)),
  ).reverse();
}

const joined = (one: DayReport, other: DayReport): DayReport => ({
  day: one.day,
  trades: one.trades + other.trades,
  refunds: one.refunds + other.refunds,
  otherApps: one.otherApps + other.otherApps,
  discrepancies: [...one.discrepancies, ...other.discrepancies],
  more: one.more + other.more,
});

const problemOf = (cause: unknown): string => (isAppError(cause) ? cause.detail : String(cause)).slice(0, 500);

async function runOne(deps: ReconciliationDeps, subject: Subject): Promise<DayReport> {
  const { store, clock } = deps;
  const startedAt = clock.now();
  const bill = await fetchBill(deps, subject, "trades");
  const flow = bill === null ? null : await fetchBill(deps, subject, "funds");
  const findings = createFindings();
  const found = await understood(() => reconcileBill(store, { subject, bill, findings }));
  const funds = flow === null ? null : await understood(() => readFunds(flow, findings));
  const fees = found.isSound ? found.fees.compare(funds) : null;
  findings.add(fees?.discrepancies ?? []);
  const feesFen = fees?.feesFen ?? null;
  const { trades, refunds, otherApps, sums } = found;
  const { kept, more } = findings;
  const facts = { subject, trades, refunds, otherApps, sums, hasBill: bill !== null, discrepancies: kept, more };
  const discrepancies = await store.conclude({ ...facts, feesFen, startedAt, finishedAt: clock.now() }, (booked) =>
    feesFen === null ? null : journalOfFees(subject, feesFen, booked),
  );
  return { day: subject.day, trades, refunds, otherApps, discrepancies, more };
}

/** @returns null when nothing happened, or when this account may not see that bill */
async function fetchBill(deps: ReconciliationDeps, subject: Subject, kind: BillKind): Promise<BillFile | null> {
  const gateway = await deps.gateways.of(subject.gatewayId);
  const answer = await gateway.downloadBill(subject.day, kind);
  if (answer.kind === "unknown")
    throw new AppError("gateway_unavailable", `the bill could not be fetched: ${answer.cause}`);
  if (answer.kind === "done") {
    await deps.store.keepBill(subject, kind, answer.value);
    return answer.value;
  }
  if (answer.reason === "no_bill") return null;
  // The fund flow is a help, not the measure.
  if (kind === "funds") return null;
  throw new AppError(...refusalOf(answer.reason, answer.detail));
}

function refusalOf(reason: Exclude<BillRefusal, "no_bill">, detail = ""): ["conflict" | "gateway_rejected", string] {
  switch (reason) {
    case "not_ready":
      return ["conflict", "WeChat Pay has not made that day's bill yet: try again after 10:00 Beijing time"];
    case "not_available":
      return ["conflict", `WeChat Pay has no bill of that day to give: it is not over, or long past (${detail})`];
    case "not_permitted":
      return ["gateway_rejected", `WeChat Pay does not let this account have the bill (${detail})`];
  }
}

async function understood<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof BillProblem)) throw cause;
    throw new AppError("gateway_rejected", `WeChat's bill cannot be understood: ${cause.message}`, { cause });
  }
}

/** @returns null when the bill contradicts itself, which is one of the findings then */
async function readFunds(bill: BillFile, findings: Findings): Promise<readonly FeeMove[] | null> {
  const reader = createFundFlowReader();
  for await (const text of unpackBill(bill)) reader.push(text);
  const { feeMoves, unreadableLines, wrongSums } = reader.end();
  findings.add([...unreadableLines.map(unreadable), ...wrongSums.map(wrongSum)]);
  return unreadableLines.length + wrongSums.length === 0 ? feeMoves : null;
}
