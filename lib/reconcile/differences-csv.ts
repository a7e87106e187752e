import { stringify } from "csv-stringify/sync";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { type Language, sentenceOf } from "./sentences.ts";

/** A difference with what became of it. */
export interface ExportedDifference extends Discrepancy {
  readonly foundAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly closedReason: string | null;
}

export interface DifferencesExport {
  readonly day: string;
  readonly differences: readonly ExportedDifference[];
  readonly language: Language;
  /** What every line bears where no real money is meant. */
  readonly mark: string | null;
}

/**
 * A day's differences as a table for office programs: with a byte order mark, so that they read it as UTF-8, and with cells
 * that would be formulas made text, since names and numbers on a bill are written by others.
 */
export function differencesCsv({ day, differences, language, mark }: DifferencesExport): string {
  const head = HEADS[language];
  const rows = differences.map((one) => [
    day,
    one.kind,
    sentenceOf(one, language),
    one.tradeNumber ?? "",
    one.refundNumber ?? "",
    // Digits beyond what a program's numbers hold would be rounded.
    one.transactionId === null ? "" : `'${one.transactionId}`,
    shown(one.theirs),
    shown(one.ours),
    one.foundAt.toISOString(),
    one.closedAt?.toISOString() ?? "",
    one.closedBy ?? "",
    one.closedReason ?? "",
  ]);
  const marked = mark === null ? [head, ...rows] : [[...head, mark], ...rows.map((row) => [...row, mark])];
  return stringify(marked, { bom: true, escape_formulas: true, record_delimiter: "windows" });
}

const shown = (value: number | string | null): string =>
  typeof value === "number" ? formatYuan(fen(value)) : (value ?? "");

const HEADS: Readonly<Record<Language, readonly string[]>> = {
  zh: [
    ...["日期", "差异", "说明", "商户订单号", "商户退款单号", "微信支付单号", "微信账单（元）", "店里记账（元）"],
    ...["发现时间", "结案时间", "结案人", "结案原因"],
  ],
  en: [
    ...["day", "kind", "sentence", "order number", "refund number", "transaction", "bill (yuan)", "books (yuan)"],
    ...["found", "closed", "closed by", "reason"],
  ],
};
