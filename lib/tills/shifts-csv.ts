import { beijingTime } from "#lib/base/beijing-time.ts";
import { officeCsv } from "#lib/office-csv.ts";
import type { CountAndSum, ShiftHead } from "./ports.ts";

/** As the dashboard names things. */
interface ShiftsCsvWords {
  readonly shift: { readonly payments: string; readonly refunds: string; readonly other: string; readonly net: string };
  readonly shifts: {
    readonly csvNumber: string;
    readonly csvOpened: string;
    readonly csvClosedBy: string;
    readonly csvNote: string;
    readonly csvReceived: string;
    readonly csvCount: string;
    readonly csvSum: string;
    readonly store: string;
    readonly till: string;
    readonly columns: { readonly time: string };
  };
}

interface ShiftsCsv {
  readonly shifts: readonly ShiftHead[];
  readonly words: ShiftsCsvWords;
  /** How people call someone the audit log names. */
  readonly nameOf: (actor: string) => string;
  /** What every line bears where no real money is meant. */
  readonly mark: string | null;
}

/** Hand-overs as a table for office programs. */
export function shiftsCsv({ shifts, words: { shift, shifts: words }, nameOf, mark }: ShiftsCsv): string {
  const both = (what: string) => [words.csvCount, words.csvSum].map((form) => form.replace("{what}", what));
  const head = [
    ...[words.columns.time, words.store, words.till, words.csvNumber, words.csvOpened, words.csvClosedBy],
    ...[shift.payments, shift.other, shift.refunds].flatMap(both),
    words.csvSum.replace("{what}", shift.net),
    ...[words.csvReceived, words.csvNote],
  ];
  const rows = shifts.map((each) => {
    const { payments, other, refunds } = each.sums;
    const net = payments.sumFen + other.sumFen - refunds.sumFen;
    return [
      ...[each.closedAt === null ? "" : beijingTime(each.closedAt), each.store.name, each.till.name, each.number],
      ...[beijingTime(each.openedAt), each.closedBy === null ? "" : nameOf(each.closedBy)],
      ...[payments, other, refunds].flatMap(({ count, sumFen }: CountAndSum) => [count, BigInt(sumFen)]),
      ...[BigInt(net), each.received === null ? "" : nameOf(each.received.by), each.note ?? ""],
    ];
  });
  return officeCsv({ head, rows, mark });
}
