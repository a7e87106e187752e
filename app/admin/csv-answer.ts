import "server-only";
import { stringify } from "csv-stringify/sync";

interface CsvFile {
  /** Without its ending. */
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What every line bears where no real money is meant. */
  readonly mark: string | null;
}

/**
 * A table for office programs: with a byte order mark, so that they read it as UTF-8, and with cells that would be formulas
 * made text, since names are written by others.
 */
export function csvAnswer({ name, head, rows, mark }: CsvFile): Response {
  const lines = mark === null ? [head, ...rows] : [[...head, mark], ...rows.map((row) => [...row, mark])];
  const body = stringify(lines as string[][], { bom: true, escape_formulas: true, record_delimiter: "windows" });
  return new Response(body, {
    headers: {
      "cache-control": "no-store",
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.csv"`,
    },
  });
}
