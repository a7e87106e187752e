"use client";

import Link from "next/link";
import type { ReactNode } from "react";

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly align?: "end";
  /** The cell's place in a phone's card of two columns; without it the cell is a line with its label. */
  readonly card?: "title" | "figure" | "body" | "foot" | "state";
}

export const CARD_PLACES = {
  title: "max-md:order-1",
  figure: "max-md:order-2 max-md:text-right",
  body: "max-md:order-3 max-md:col-span-2 max-md:text-sm",
  foot: "max-md:order-4 max-md:text-sm max-md:text-soft",
  state: "max-md:order-5 max-md:text-right",
} as const;
export const CARD_LINE = "max-md:order-6 max-md:col-span-2 max-md:flex max-md:justify-between max-md:gap-4";

export interface Row {
  readonly key: string;
  /** The whole row links there. */
  readonly href?: string;
  /** One per column. */
  readonly cells: readonly ReactNode[];
}

export interface DataTableProps {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The cell that carries the row's link; default: the first. */
  readonly linked?: number;
}

/** Explicit ARIA roles, since browsers drop them when `display` changes. */
export const ROLES = {
  table: { role: "table" },
  rowgroup: { role: "rowgroup" },
  row: { role: "row" },
  columnheader: { role: "columnheader" },
  cell: { role: "cell" },
} as const;

/** A table that becomes a stack of cards on a phone. Client code, so that a page sends what is in its cells and not their looks. */
export function DataTable({ caption, columns, rows, linked = 0 }: DataTableProps) {
  return (
    <table {...ROLES.table} className="w-full border-collapse max-md:block">
      <caption className="sr-only">{caption}</caption>
      <thead {...ROLES.rowgroup} className="max-md:sr-only">
        <tr {...ROLES.row}>
          {columns.map(({ key, label, align }) => (
            <th
              key={key}
              {...ROLES.columnheader}
              scope="col"
              className={`px-4 py-3 text-sm font-medium whitespace-nowrap text-soft ${align === "end" ? "text-right" : "text-left"}`}
            >
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...ROLES.rowgroup} className="max-md:block">
        {rows.map((row) => (
          <TableRow key={row.key} row={row} columns={columns} linked={linked} />
        ))}
      </tbody>
    </table>
  );
}

function TableRow({ row, columns, linked }: { row: Row; columns: readonly Column[]; linked: number }) {
  const { href, cells } = row;
  return (
    <tr
      {...ROLES.row}
      className={`relative border-t border-line max-md:grid max-md:grid-cols-[1fr_auto] max-md:gap-x-4 max-md:gap-y-1 max-md:px-4 max-md:py-3 ${href === undefined ? "" : "hover:bg-sunken"}`}
    >
      {cells.map((cell, at) => {
        const column = columns[at];
        return (
          <td
            key={column?.key}
            {...ROLES.cell}
            className={`align-top md:px-4 md:py-3.5 ${column?.card === undefined ? CARD_LINE : CARD_PLACES[column.card]} ${column?.align === "end" ? "md:text-right" : ""}`}
          >
            {column?.card === undefined ? (
              <span className="shrink-0 text-sm text-soft md:hidden" aria-hidden="true">
                {column?.label}
              </span>
            ) : null}
            <span className={column?.card === undefined ? "min-w-0 max-md:text-right" : "min-w-0"}>
              {at === linked && href !== undefined ? (
                <Link
                  href={href}
                  prefetch={false}
                  className="inline-block font-medium text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
                >
                  {cell}
                </Link>
              ) : (
                cell
              )}
            </span>
          </td>
        );
      })}
    </tr>
  );
}
