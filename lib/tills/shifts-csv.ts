import { stringify } from "csv-stringify/sync";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
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

/**
 * Hand-overs as a table for office programs: with a byte order mark, so that they read it as UTF-8, and with cells that would
 * be formulas made text, since names and notes are written by others.
 */
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
      ...[payments, other, refunds].flatMap(({ count, sumFen }: CountAndSum) => [count, yuan(sumFen)]),
      ...[yuan(net), each.received === null ? "" : nameOf(each.received.by), each.note ?? ""],
    ];
  });
  const marked = mark === null ? [head, ...rows] : [[...head, mark], ...rows.map((row) => [...row, mark])];
  return stringify(marked, { bom: true, escape_formulas: true, record_delimiter: "windows" });
}

/** A number for office programs, also where more went back than came in. */
const yuan = (sumFen: number): string => (sumFen < 0 ? `-${formatYuan(fen(-sumFen))}` : formatYuan(fen(sumFen)));
