import { beijingTime } from "#lib/base/beijing-time.ts";
import { officeCsv } from "#lib/office-csv.ts";
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
 * A day's differences as a table for office programs, with numbers of orders as text: digits beyond what a program's numbers
 * hold would be rounded.
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
  return officeCsv({ head, rows, mark });
}

/** A leading apostrophe makes a cell text, also digits, `1E10` or a date. */
const asText = (number: string | null): string => (number === null ? "" : `'${number}`);

function shown(value: number | string | null, language: Language): string | bigint {
  if (typeof value === "number") return BigInt(value);
  if (value === null) return "";
  return /^[0-9]{4,}$/.test(value) ? asText(value) : statusText(value, language);
}
