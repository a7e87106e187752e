import { COUNTER_ITEM_NAME_CHARS_MAX, COUNTER_ITEMS_MAX, COUNTER_PRESETS_MAX } from "#lib/base/counter-limits.ts";
import { fen, fenFromTyped, formatYuan } from "#lib/base/fen.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import type { CounterSettings, QuickItem } from "#lib/contract/counter.ts";
import type { CounterText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

// The keypad's amounts and items as a shopkeeper types them: amounts with spaces between, and one item on each line.

type ReadTyped<Value> = { readonly value: Value } | { readonly problem: string };

const yuan = (amount: number): string => formatYuan(fen(amount)).replace(/\.00$/, "");

export const presetsText = ({ presets }: CounterSettings): string => presets.map(yuan).join(" ");
export const itemsText = ({ items }: CounterSettings): string =>
  items.map((item) => `${item.name} ${yuan(item.fen)}`).join("\n");

/** @returns a problem that names what is wrong */
export function readSettings(
  typed: { presets: string; items: string },
  words: CounterText,
): ReadTyped<CounterSettings> {
  const presets = readPresets(typed.presets, words);
  if ("problem" in presets) return presets;
  const items = readItems(typed.items, words);
  if ("problem" in items) return items;
  return { value: { presets: presets.value, items: items.value } };
}

function readPresets(text: string, { settings }: CounterText): ReadTyped<number[]> {
  const presets: number[] = [];
  for (const each of text.split(/[\s,，、]+/).filter((part) => part !== "")) {
    const amount = amountOf(each);
    if (amount === null) return { problem: fill(settings.badPresets, { text: each.slice(0, 20) }) };
    presets.push(amount);
  }
  if (presets.length > COUNTER_PRESETS_MAX) return { problem: fill(settings.tooMany, { count: COUNTER_PRESETS_MAX }) };
  return { value: presets };
}

function readItems(text: string, { settings }: CounterText): ReadTyped<QuickItem[]> {
  const items: QuickItem[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [, name = "", price = ""] = /^\s*(.*\S)\s+(\S+)\s*$/.exec(line) ?? [];
    const amount = amountOf(price);
    if (amount === null || name === "" || [...name].length > COUNTER_ITEM_NAME_CHARS_MAX) {
      return { problem: fill(settings.badItem, { line: at + 1, text: line.trim().slice(0, 30) }) };
    }
    items.push({ name, fen: amount });
  }
  if (items.length > COUNTER_ITEMS_MAX) return { problem: fill(settings.tooMany, { count: COUNTER_ITEMS_MAX }) };
  return { value: items };
}

function amountOf(text: string): number | null {
  const amount = fenFromTyped(text);
  return amount !== null && amount >= 1 && amount <= AMOUNT_FEN_MAX ? amount : null;
}
