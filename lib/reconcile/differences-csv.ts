import { stringify } from "csv-stringify/sync";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { Language } from "#lib/texts/language.ts";
import type { Discrepancy, DiscrepancyKind } from "./discrepancy.ts";
import { exportHead, sentenceOf, statusText } from "./sentences.ts";

/** A difference with what became of it. */
export interface ExportedDifference extends Discrepancy {
  readonly foundAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly closedReason: string | null;
}

/** As the dashboard names things. */
export interface ExportWords {
  readonly kinds: Readonly<Record<DiscrepancyKind, string>>;
  /** For reasons that the product wrote itself. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly closedByRun: string;
}

export interface DifferencesExport {
  readonly day: string;
  readonly differences: readonly ExportedDifference[];
  readonly language: Language;
  readonly words: ExportWords;
  /** What every line bears where no real money is meant. */
  readonly mark: string | null;
}

/**
 * A day's differences as a table for office programs: with a byte order mark, so that they read it as UTF-8, with numbers of
 * orders as text, since digits beyond what a program's numbers hold would be rounded, and with cells that would be formulas made
 * text, since names and numbers on a bill are written by others.
 */
export function differencesCsv({ day, differences, language, words, mark }: DifferencesExport): string {
  const head = exportHead(language);
  const rows = differences.map((one) => [
    day,
    words.kinds[one.kind],
    sentenceOf(one, language),
    asText(one.tradeNumber),
    asText(one.refundNumber),
    asText(one.transactionId),
    shown(one.theirs, language),
    shown(one.ours, language),
    beijingTime(one.foundAt),
    one.closedAt === null ? "" : beijingTime(one.closedAt),
    one.closedBy === "reconciliation" ? words.closedByRun : (one.closedBy ?? ""),
    words.reasons[one.closedReason ?? ""] ?? one.closedReason ?? "",
  ]);
  const marked = mark === null ? [head, ...rows] : [[...head, mark], ...rows.map((row) => [...row, mark])];
  return stringify(marked, { bom: true, escape_formulas: true, record_delimiter: "windows" });
}

/** A leading apostrophe makes a cell text, also digits, `1E10` or a date. */
const asText = (number: string | null): string => (number === null ? "" : `'${number}`);

function shown(value: number | string | null, language: Language): string {
  if (typeof value === "number") return formatYuan(fen(value));
  if (value === null) return "";
  return /^[0-9]{4,}$/.test(value) ? asText(value) : statusText(value, language);
}
