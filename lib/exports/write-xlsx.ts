import { DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import type { ColumnKind, ExportRow, ExportTable } from "./table.ts";

const FORMS: Readonly<Partial<Record<ColumnKind, string>>> = {
  count: "#,##0",
  amount: "#,##0.00",
  time: "yyyy-mm-dd hh:mm:ss",
};
const WIDTHS: Readonly<Record<ColumnKind, number>> = { text: 24, number: 32, count: 10, amount: 14, time: 20 };

/**
 * The table as an Excel workbook, written as it is read: of a million rows only one page is in memory. Text is text to Excel, also
 * where it begins like a formula; amounts are yuan; times are the shop's.
 */
export function writeXlsx({ name, columns, pages }: ExportTable): ReadableStream<Uint8Array> {
  const kinds = columns.map(({ kind }) => kind);
  const options = {
    name,
    columns: columns.map(({ title, kind }) => {
      const numFmt = FORMS[kind];
      return { header: title, width: WIDTHS[kind], ...(numFmt === undefined ? {} : { numFmt }) };
    }),
    freezePane: { rows: 1 },
  };
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  // What writes workbooks is loaded with the first of them.
  import("hucre/xlsx")
    .then(({ writeXlsxStream }) => writeXlsxStream(rowsOf(pages, kinds), options).pipeTo(writable))
    // The reader hears of it: `pipeTo` has ended the stream with the cause.
    .catch((cause) => writable.abort(cause).catch(() => {}));
  return readable;
}

async function* rowsOf(pages: ExportTable["pages"], kinds: readonly ColumnKind[]) {
  for await (const rows of pages) for (const row of rows) yield cellsOf(row, kinds);
}

const cellsOf = (row: ExportRow, kinds: readonly ColumnKind[]) =>
  row.map((cell, index) => {
    if (cell instanceof Date) return serialOf(cell);
    if (typeof cell === "string") return cell.replaceAll(NOT_XML, "");
    return cell !== null && kinds[index] === "amount" ? cell / 100 : cell;
  });

// What XML has no way to write; a workbook that holds one does not open.
const NOT_XML = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

/** Excel counts days since 1899-12-30 without a zone; Beijing is eight hours ahead and has no summer time. */
const serialOf = (moment: Date): number =>
  (Math.trunc((moment.getTime() + 8 * HOUR_MS) / 1000) * 1000) / DAY_MS + 25_569;
