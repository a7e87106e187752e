/** What the cells of a column are, which decides how office programs read them. */
export type ColumnKind =
  /** Written by people: never read as a formula. */
  | "text"
  /** Digits that are a name: never read as a number, which would round them. */
  | "number"
  | "count"
  /** In fen; a number of yuan with two places in the file. */
  | "amount"
  /** A moment, shown as the shop's clock does. */
  | "time";

interface ExportColumn {
  readonly title: string;
  readonly kind: ColumnKind;
}

/** In the order of the columns: text and numbers as text, counts and fen as numbers, moments as dates. */
export type ExportRow = readonly (string | number | Date | null)[];

export interface ExportTable {
  /** The sheet's name. */
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  /** Pages of rows, read one after the other as the file is written. */
  readonly pages: AsyncIterable<readonly ExportRow[]>;
}

/** With one more column that says on every row that no real money is meant. */
export function marked(table: ExportTable, mark: string | null): ExportTable {
  if (mark === null) return table;
  return {
    ...table,
    columns: [...table.columns, { title: mark, kind: "text" }],
    pages: markedPages(table.pages, mark),
  };
}

async function* markedPages(pages: ExportTable["pages"], mark: string): AsyncGenerator<readonly ExportRow[]> {
  for await (const rows of pages) yield rows.map((row) => [...row, mark]);
}
