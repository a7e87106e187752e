"use client";

import { useEffect } from "react";

const MOVES: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const TYPING = "input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]";

/**
 * A list by keyboard: `/` goes to its search, j and k or the arrows go from row to row, and Enter opens the row, as it is a
 * link. Keys that are typed somewhere, or pressed with another one, keep their meaning.
 */
export function ListKeys() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target instanceof Element ? event.target : document.body;
      if (at.closest(TYPING) !== null) return;
      if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("main input[type=search]");
        if (search === null) return;
        event.preventDefault();
        search.focus();
        search.select();
        return;
      }
      const move = MOVES[event.key];
      if (move === undefined) return;
      const rows = [...document.querySelectorAll<HTMLAnchorElement>("main tbody tr a[href]")];
      const here = rows.indexOf(document.activeElement as HTMLAnchorElement);
      // The arrows scroll the page until somebody is in the list.
      if (rows.length === 0 || (here < 0 && event.key.startsWith("Arrow"))) return;
      event.preventDefault();
      const next = rows[here < 0 ? 0 : Math.min(Math.max(here + move, 0), rows.length - 1)];
      next?.focus();
      next?.closest("tr")?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return null;
}
