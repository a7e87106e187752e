import { expect, test } from "vitest";
import type { ListPage, ListRow } from "./list-types.ts";
import { withFirstPage, withNextPage } from "./merge-pages.ts";

// Goal: however a list was scrolled and refreshed, it is the list: in order, each row once, none missing.

const row = (nth: number, status = "paid"): ListRow => ({
  id: `ord_${String(nth).padStart(3, "0")}`,
  href: `/o/${nth}`,
  at: `2026-11-30T10:00:${String(Math.floor(nth / 2)).padStart(2, "0")}Z`,
  cells: { status: { text: status } },
});
const rows = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => row(from - at));
const page = (from: number, to: number): ListPage => ({ rows: rows(from, to), next: to === 1 ? null : row(to).id });
const numbers = ({ rows: all }: ListPage) => all.map(({ id }) => Number(id.slice(4)));

test("a next page follows, each row once", () => {
  const both = withNextPage(page(30, 26), page(27, 20));
  expect(numbers(both)).toEqual(numbers(page(30, 20)));
  expect(both.next).toBe(row(20).id);
});

test("a page that brings nothing new ends the list", () => {
  expect(withNextPage(page(30, 26), page(28, 26))).toEqual({ rows: rows(30, 26), next: null });
});

test("news stand above, and nothing between the pages is lost", () => {
  const scrolled = withNextPage(page(30, 26), page(25, 1));
  expect(scrolled.next).toBeNull();
  const refreshed = withFirstPage(scrolled, page(32, 28));
  expect(numbers(refreshed)).toEqual(numbers(page(32, 1)));
  expect(refreshed.next).toBeNull();
});

test("a row that changed is shown as it is now, one that left is gone", () => {
  const scrolled = withNextPage(page(30, 26), page(25, 20));
  const first: ListPage = { rows: [row(30, "refunded"), row(28), row(27), row(26), row(25)], next: row(25).id };
  const refreshed = withFirstPage(scrolled, first);
  expect(numbers(refreshed)).toEqual([30, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
  expect(refreshed.rows[0]?.cells.status?.text).toBe("refunded");
});

test("after more news than a page the list begins anew", () => {
  const refreshed = withFirstPage(withNextPage(page(30, 26), page(25, 20)), page(60, 56));
  expect(refreshed).toEqual(page(60, 56));
});

test("a list that became short is short", () => {
  expect(withFirstPage(withNextPage(page(30, 26), page(25, 20)), { rows: [row(27)], next: null }).rows).toHaveLength(1);
});
