"use client";

import { amountText } from "#components/ui/amount.tsx";
import { fen, timesFen } from "#lib/base/fen.ts";
import type { QuickItem } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

/** How many of each quick item, by its place among them. */
export type Counts = Readonly<Record<number, number>>;

export const basketFen = (items: readonly QuickItem[], counts: Counts): number =>
  items.reduce((sum, item, at) => sum + timesFen(fen(item.fen), counts[at] ?? 0), 0);

interface BasketProps {
  readonly items: readonly QuickItem[];
  readonly counts: Counts;
  readonly words: CounterText;
  readonly disabled: boolean;
  readonly onChange: (at: number, by: 1 | -1) => void;
}

/** Things that are sold often: a touch is one more. */
export function Basket({ items, counts, words, disabled, onChange }: BasketProps) {
  if (items.length === 0) return null;
  return (
    <ul
      aria-label={words.items}
      className="-mx-4 flex touch-manipulation gap-2 px-4 max-lg:overflow-x-auto lg:mx-0 lg:max-h-44 lg:flex-wrap lg:overflow-y-auto lg:px-0"
    >
      {Object.entries(items).map(([place, item]) => {
        const at = Number(place);
        const count = counts[at] ?? 0;
        return (
          <li
            key={place}
            className={`flex shrink-0 rounded-xl border ${count > 0 ? "border-transparent bg-brand-soft text-brand-ink" : "border-line bg-sunken"}`}
          >
            {count === 0 ? null : (
              <button
                type="button"
                disabled={disabled}
                aria-label={fill(words.less, { name: item.name })}
                onClick={() => onChange(at, -1)}
                className="min-h-11 min-w-11 cursor-pointer text-xl"
              >
                −
              </button>
            )}
            <button
              type="button"
              disabled={disabled}
              aria-label={count === 0 ? undefined : fill(words.more, { name: item.name })}
              onClick={() => onChange(at, 1)}
              className="flex min-h-11 cursor-pointer items-center gap-2 px-3 text-left"
            >
              <span>{item.name}</span>
              <span className="text-sm tabular-nums opacity-80">
                {count > 0 ? `× ${count}` : amountText(item.fen).replace(/\.00$/, "")}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
