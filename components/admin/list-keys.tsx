"use client";

import { useEffect, useRef } from "react";
import { Dialog } from "../controls/dialog.tsx";

const MOVES: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const TYPING = "input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]";

interface ListKeysProps {
  readonly words: Readonly<Record<"button" | "title" | "down" | "up" | "open" | "search" | "help" | "or", string>>;
  readonly look: string;
}

/**
 * A list by keyboard: `/` goes to its search, j and k or the arrows go from row to row, and Enter opens the row, as it is a
 * link. `?` shows these keys, and so does the button, where there is
 * a keyboard. Keys that are typed somewhere, or pressed with another one, keep their meaning.
 */
export function ListKeys({ words, look }: ListKeysProps) {
  const help = useRef<HTMLDivElement>(null);
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
      if (event.key === "?") {
        event.preventDefault();
        help.current?.querySelector("button")?.click();
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
  const keys: readonly (readonly [readonly string[], string])[] = [
    [["j", "↓"], words.down],
    [["k", "↑"], words.up],
    [["Enter"], words.open],
    [["/"], words.search],
    [["?"], words.help],
  ];
  return (
    <div ref={help} className="ml-auto [@media(hover:none)]:hidden">
      <Dialog opener={{ label: words.button, look }} title={words.title}>
        <dl className="divide-y divide-line">
          {keys.map(([names, meaning]) => (
            <div key={meaning} className="flex items-center justify-between gap-4 py-2.5">
              <dt>{meaning}</dt>
              <dd className="flex items-center gap-2 text-sm text-soft">
                {names.map((name, at) => (
                  <span key={name} className="flex items-center gap-2">
                    {at === 0 ? null : words.or}
                    <kbd className="rounded-lg border border-line bg-sunken px-2.5 py-1 font-mono text-ink">{name}</kbd>
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </div>
  );
}
