import type { Column } from "../data-table.tsx";

/** A column of a long list, as far as the server can tell it. */
export interface ListColumn extends Column {
  /** Its share of the table's width, in pixels where there is room for no more. */
  readonly width: number;
}

/** What stands in a cell: plain data, so that pages that come later are the same as the first. */
export interface ListCell {
  readonly text: string;
  /** A line below, in small letters. */
  readonly note?: string;
  /** The moment that the text tells. */
  readonly time?: string;
  readonly strong?: true;
  readonly badge?: "brand" | "warn" | "plain";
}

export interface ListRow {
  readonly id: string;
  readonly href: string;
  /** Its place in the list, from the newest down; the id decides between equals. */
  readonly at: string;
  readonly cells: Readonly<Record<string, ListCell>>;
}

export interface ListPage {
  readonly rows: readonly ListRow[];
  /** For the page after this one; null at the end. */
  readonly next: string | null;
}

export interface ListWords {
  readonly loading: string;
  readonly failed: string;
  readonly retry: string;
  readonly end: string;
}
