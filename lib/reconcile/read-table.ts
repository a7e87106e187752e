import { BILL_LINE_CHARS_MAX } from "#lib/base/limits.ts";

// WeChat's bill files: a header, rows with a backtick before every value, then a summary of two lines.
// Source: wechatpay.md §6.6.

/** A line that does not belong in a WeChat bill. */
export class BillProblem extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = "BillProblem";
  }
}

export interface TableRow {
  /** From 1, of the file. */
  readonly line: number;
  /** @returns undefined when the bill has no such column */
  cell(column: string): string | undefined;
}

export type TablePart =
  | { readonly kind: "row"; readonly row: TableRow }
  | { readonly kind: "unreadable"; readonly line: number }
  | { readonly kind: "summary"; readonly sums: ReadonlyMap<string, string> };

export interface TableForm {
  /** What the summary's header begins with. */
  readonly summary: string;
  readonly required: readonly string[];
  /**
   * Columns of free text, side by side, which are not read: should they hold the separator itself, the columns before them
   * are counted from the left and those behind them from the right.
   */
  readonly free: readonly string[];
}

export interface TableReader {
  /** @throws BillProblem when it is no bill of this form */
  push(text: string): TablePart[];
  /** The rest, once there is no more text. @throws BillProblem when there was not even a header */
  end(): TablePart[];
}

const MARK = "\uFEFF";
const SEPARATOR = ",`";

/** Reads a bill piece by piece; it holds on to one row at a time. */
export function createTableReader(form: TableForm): TableReader {
  let rest = "";
  let line = 0;
  let columns: Columns | null = null;
  let row: { text: string; readonly line: number } | null = null;
  let summary: readonly string[] | null = null;
  let isOver = false;
  let isFirst = true;

  function take(text: string): TablePart[] {
    line++;
    if (columns === null) {
      if (text.trim() === "") return [];
      columns = columnsOf(text, form);
      return [];
    }
    if (isOver) return text.trim() === "" ? [] : [{ kind: "unreadable", line }];
    if (summary !== null) {
      if (text.trim() === "") return [];
      isOver = true;
      return [summaryOf(summary, text, line)];
    }
    if (!text.startsWith("`") && text.startsWith(form.summary)) {
      summary = text.split(",");
      return finishRow();
    }
    if (text.startsWith("`")) {
      const parts = finishRow();
      row = { text, line };
      return parts;
    }
    // A name with a line break in it goes on here.
    if (row !== null && row.text.length + text.length < BILL_LINE_CHARS_MAX) {
      row.text += `\n${text}`;
      return [];
    }
    return text.trim() === "" ? [] : [...finishRow(), { kind: "unreadable", line }];
  }
  function finishRow(): TablePart[] {
    if (row === null || columns === null) return [];
    const part = rowOf(columns, row);
    row = null;
    return [part];
  }
  return {
    push(text) {
      const parts: TablePart[] = [];
      const fresh = isFirst && text.startsWith(MARK) ? text.slice(1) : text;
      isFirst &&= text === "";
      const lines = (rest + fresh).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > BILL_LINE_CHARS_MAX) throw new BillProblem("the bill has a line that never ends");
      for (const each of lines) parts.push(...take(each.endsWith("\r") ? each.slice(0, -1) : each));
      return parts;
    },
    end() {
      const parts = rest === "" ? [] : take(rest.replace(/\r$/, ""));
      rest = "";
      if (columns === null) throw new BillProblem("the bill is empty");
      return [...parts, ...finishRow()];
    },
  };
}

interface Columns {
  readonly at: ReadonlyMap<string, number>;
  readonly count: number;
  /** The first column behind the free text; `count` where there is none. */
  readonly behindFree: number;
}

function columnsOf(text: string, { required, free }: TableForm): Columns {
  const names = text.split(",").map((name) => name.replace(/^`/, "").trim());
  const at = new Map(names.map((name, index) => [name, index]));
  if (at.size !== names.length) throw new BillProblem("the bill names a column twice");
  const missing = required.filter((name) => !at.has(name));
  if (missing.length > 0) throw new BillProblem(`the bill has no column ${missing.join(", ")}`);
  const places = free.flatMap((name) => at.get(name) ?? []);
  const behindFree = places.length === 0 ? names.length : Math.max(...places) + 1;
  return { at, count: names.length, behindFree };
}

const cellsOf = (text: string): string[] => text.slice(1).split(SEPARATOR);

function rowOf({ at, count, behindFree }: Columns, { text, line }: { text: string; line: number }): TablePart {
  const cells = cellsOf(text);
  const extra = cells.length - count;
  // Fewer cells cannot be distinguished; more of them are free text, where there is any.
  if (extra < 0 || (extra > 0 && behindFree === count && count > 0)) return { kind: "unreadable", line };
  const cell = (column: string): string | undefined => {
    const place = at.get(column);
    return place === undefined ? undefined : cells[place < behindFree ? place : place + extra];
  };
  return { kind: "row", row: { line, cell } };
}

function summaryOf(names: readonly string[], text: string, line: number): TablePart {
  const values = cellsOf(text);
  if (!text.startsWith("`") || values.length !== names.length) return { kind: "unreadable", line };
  return { kind: "summary", sums: new Map(names.map((name, index) => [name.trim(), values[index] ?? ""])) };
}
