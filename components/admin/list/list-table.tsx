"use client";

import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import Link from "next/link";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useHydrated } from "../../controls/hydrated.ts";
import { Badge } from "../../ui/badge.tsx";
import { CARD_LINE, CARD_PLACES, ROLES } from "../data-table.tsx";
import { toneLook } from "../look.ts";
import type { ListCell, ListColumn, ListPage, ListRow, ListWords } from "./list-types.ts";
import { useListPages } from "./use-list-pages.ts";

interface ListTableProps {
  readonly caption: string;
  /** Every column there is; those in `shown` are shown. */
  readonly columns: readonly ListColumn[];
  readonly shown: readonly string[];
  /** The column that carries the row's link. */
  readonly linked: string;
  readonly first: ListPage;
  /** Answers the pages that follow. */
  readonly address: string;
  readonly words: ListWords;
  /** The way to the next page without scripts. */
  readonly children: ReactNode;
}

/** Fewer rows than that are all in the page. */
const PLAIN_ROWS_MAX = 60;
const ROW_PX = 53;
/** The next page is asked for before its place is seen. */
const AHEAD_PX = 1_200;

const features = tableFeatures({ columnVisibilityFeature });

/** A list of any length: it grows as it is scrolled and only the rows on the screen are in the page. On a phone rows are cards. */
export function ListTable(props: ListTableProps) {
  const { caption, columns, shown, linked, first, address, words, children } = props;
  const { rows, hasMore, state, loadMore } = useListPages(address, first);
  const isHydrated = useHydrated();
  const table = useTable({
    features,
    data: rows,
    columns: useMemo(() => definitionsOf(columns), [columns]),
    getRowId: (row: ListRow) => row.id,
    state: {
      columnVisibility: useMemo(
        () => Object.fromEntries(columns.map(({ key }) => [key, shown.includes(key)])),
        [columns, shown],
      ),
    },
  });
  const { box, top, bottom, at, measure } = useShownRows(rows.length, isHydrated);
  const end = useSentinel(loadMore, hasMore && state === "idle");
  const visible = columns.filter(({ key }) => shown.includes(key));
  const width = visible.reduce((sum, column) => sum + column.width, 0);
  const all = table.getRowModel().rows;
  return (
    <>
      <div ref={box} className="md:overflow-x-auto" style={{ paddingTop: top, paddingBottom: bottom }}>
        <table
          {...ROLES.table}
          aria-rowcount={hasMore ? -1 : rows.length + 1}
          className="w-full border-collapse max-md:block md:table-fixed"
          style={{ minWidth: `min(${width}px, 100%)` }}
        >
          <caption className="sr-only">{caption}</caption>
          <colgroup className="max-md:hidden">
            {visible.map((column) => (
              <col key={column.key} style={{ width: `${((column.width / width) * 100).toFixed(2)}%` }} />
            ))}
          </colgroup>
          <thead {...ROLES.rowgroup} className="max-md:sr-only">
            <tr {...ROLES.row} aria-rowindex={1}>
              {visible.map(({ key, label, align }) => (
                <th
                  key={key}
                  {...ROLES.columnheader}
                  scope="col"
                  className={`px-3 py-3 text-sm font-medium text-soft ${align === "end" ? "text-right" : "text-left"}`}
                >
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody {...ROLES.rowgroup} className="max-md:block">
            {at.map((index) => {
              const row = all[index];
              return row === undefined ? null : (
                <tr
                  key={row.id}
                  {...ROLES.row}
                  ref={measure}
                  data-index={index}
                  aria-rowindex={index + 2}
                  className="relative border-t border-line hover:bg-sunken max-md:grid max-md:grid-cols-[1fr_auto] max-md:gap-x-4 max-md:gap-y-1 max-md:px-4 max-md:py-3"
                >
                  {row.getVisibleCells().map((cell) => {
                    const column = columns.find(({ key }) => key === cell.column.id);
                    return column === undefined ? null : (
                      <Cell
                        key={column.key}
                        column={column}
                        cell={row.original.cells[column.key]}
                        href={column.key === linked ? row.original.href : undefined}
                      />
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div
        ref={end}
        className="border-t border-line px-4 py-4 text-center text-sm text-soft empty:hidden"
        role="status"
      >
        {!isHydrated && hasMore ? children : null}
        {isHydrated && state === "loading" ? words.loading : null}
        {isHydrated && state === "idle" && hasMore ? <span aria-hidden="true">…</span> : null}
        {isHydrated && !hasMore && rows.length > first.rows.length ? words.end : null}
        {isHydrated && state === "failed" ? (
          <>
            <p className="mb-2">{words.failed}</p>
            <button type="button" className={toneLook("plain")} onClick={loadMore}>
              {words.retry}
            </button>
          </>
        ) : null}
      </div>
    </>
  );
}

const definitionsOf = (columns: readonly ListColumn[]): ColumnDef<typeof features, ListRow>[] =>
  columns.map(({ key, label }) => ({
    id: key,
    header: label,
    accessorFn: (row: ListRow) => row.cells[key]?.text ?? "",
  }));

/** Which rows are in the page, and how much room those above and below take. */
function useShownRows(count: number, isHydrated: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const isVirtual = isHydrated && count > PLAIN_ROWS_MAX;
  const virtualizer = useWindowVirtualizer({
    count: isVirtual ? count : 0,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin,
  });
  // What stands above the list may grow: the first row begins below it and below the head of the table.
  useLayoutEffect(() => {
    if (box.current === null || !isVirtual) return;
    const head = box.current.querySelector("thead");
    const start = box.current.getBoundingClientRect().top + window.scrollY + (head?.clientHeight ?? 0);
    setScrollMargin(Math.round(start));
  }, [isVirtual]);
  if (!isVirtual) {
    return { box, top: 0, bottom: 0, at: Array.from({ length: count }, (_, index) => index), measure: undefined };
  }
  const items = virtualizer.getVirtualItems();
  const [firstItem, lastItem] = [items[0], items.at(-1)];
  const above = firstItem === undefined ? 0 : firstItem.start - scrollMargin;
  const shown = lastItem === undefined || firstItem === undefined ? 0 : lastItem.end - firstItem.start;
  return {
    box,
    top: above,
    bottom: Math.max(0, virtualizer.getTotalSize() - above - shown),
    at: items.map(({ index }) => index),
    measure: virtualizer.measureElement,
  };
}

/** Calls `onNear` while this element is near the screen and there is a reason to. */
function useSentinel(onNear: () => void, isWanted: boolean) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null || !isWanted || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onNear(), {
      rootMargin: `${AHEAD_PX}px 0px`,
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [onNear, isWanted]);
  return element;
}

function Cell({ column, cell, href }: { column: ListColumn; cell: ListCell | undefined; href: string | undefined }) {
  const { label, align, card } = column;
  return (
    <td
      {...ROLES.cell}
      className={`align-top [overflow-wrap:anywhere] md:px-3 md:py-3.5 ${card === undefined ? CARD_LINE : CARD_PLACES[card]} ${align === "end" ? "md:text-right" : ""} ${card === undefined && cell === undefined ? "max-md:!hidden" : ""}`}
    >
      {card === undefined ? (
        <span className="shrink-0 text-sm text-soft md:hidden" aria-hidden="true">
          {label}
        </span>
      ) : null}
      <span className={card === undefined ? "min-w-0 max-md:text-right max-md:text-sm" : "min-w-0"}>
        {href === undefined ? (
          <Content cell={cell} />
        ) : (
          <Link
            href={href}
            prefetch={false}
            className="inline-block font-medium text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
          >
            <Content cell={cell} />
          </Link>
        )}
      </span>
    </td>
  );
}

function Content({ cell }: { cell: ListCell | undefined }) {
  if (cell === undefined) return null;
  const { text, note, time, strong, badge } = cell;
  const shown =
    badge !== undefined ? (
      <Badge tone={badge}>{text}</Badge>
    ) : time !== undefined ? (
      <time dateTime={time} className="whitespace-nowrap tabular-nums">
        {text}
      </time>
    ) : strong ? (
      <strong className="font-semibold whitespace-nowrap tabular-nums">{text}</strong>
    ) : (
      <span className="line-clamp-2">{text}</span>
    );
  return (
    <>
      {shown}
      {note === undefined ? null : <span className="mt-1 block text-sm text-soft">{note}</span>}
    </>
  );
}
