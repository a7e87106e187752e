import { stringify } from "csv-stringify/sync";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { OFFICE_CSV } from "#lib/office-csv.ts";
import type { ColumnKind, ExportRow, ExportTable } from "./table.ts";

/**
 * The table as CSV for office programs: with a byte order mark, so that they read it as UTF-8, and with cells that would be
 * formulas made text, since names and notes are written by others. One page of rows is in memory at a time.
 */
export function writeCsv({ columns, pages }: ExportTable): ReadableStream<Uint8Array> {
  const kinds = columns.map(({ kind }) => kind);
  const titles = columns.map(({ title }) => title);
  const chunks = parts(titles, kinds, pages);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await chunks.return(undefined)),
  });
}

async function* parts(
  head: readonly string[],
  kinds: readonly ColumnKind[],
  pages: ExportTable["pages"],
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  yield encoder.encode(stringify([[...head]], { ...OFFICE_CSV, bom: true }));
  for await (const rows of pages) {
    if (rows.length > 0)
      yield encoder.encode(
        stringify(
          rows.map((row) => cellsOf(row, kinds)),
          OFFICE_CSV,
        ),
      );
  }
}

const cellsOf = (row: ExportRow, kinds: readonly ColumnKind[]) =>
  row.map((cell, index) => {
    if (cell instanceof Date) return beijingTime(cell);
    if (kinds[index] === "amount" && typeof cell === "number") return BigInt(cell);
    return kinds[index] === "number" && typeof cell === "string" ? asText(cell) : cell;
  });

/** What programs would take for a number and round or shorten: many digits, zeros in front, `1E10`. An apostrophe makes it text. */
const asText = (number: string): string => (/^(?:\d{12,}|0\d+|\d+[eE]\d+)$/.test(number) ? `'${number}` : number);
