import "server-only";
import { officeCsv } from "#lib/office-csv.ts";

type CsvFile = Parameters<typeof officeCsv>[0] & {
  /** Without its ending. */
  readonly name: string;
};

/** A table for office programs, as a file to be kept. */
export const csvAnswer = ({ name, ...table }: CsvFile): Response =>
  new Response(officeCsv(table), {
    headers: {
      "cache-control": "no-store",
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.csv"`,
    },
  });
