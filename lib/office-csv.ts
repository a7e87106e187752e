import { stringify } from "csv-stringify/sync";
import { fen, formatYuan } from "#lib/base/fen.ts";

/** A bigint is an amount in fen. It is written in yuan and stays a number for office programs, also below zero. */
type CsvCell = string | number | bigint;

/** Amounts stay numbers until they are written, since a negative one is no formula; big integers tell them from counts. */
export const OFFICE_CSV = {
  escape_formulas: true,
  record_delimiter: "windows",
  cast: { bigint: (amount: bigint) => formatYuan(fen(Number(amount))) },
} as const;

interface OfficeCsv {
  readonly head: readonly string[];
  readonly rows: readonly (readonly CsvCell[])[];
  /** What every line bears where no real money is meant. */
  readonly mark: string | null;
}

/**
 * A table for office programs: with a byte order mark, so that they read it as UTF-8, and with texts that would be formulas kept
 * texts, since names, notes and numbers on a bill are written by others.
 */
export function officeCsv({ head, rows, mark }: OfficeCsv): string {
  const lines: readonly (readonly CsvCell[])[] = [head, ...rows];
  const marked = mark === null ? lines : lines.map((line) => [...line, mark]);
  return stringify(marked as CsvCell[][], { ...OFFICE_CSV, bom: true });
}
