"use client";

import type { CounterText } from "#lib/texts/admin.ts";
import type { KeypadKey } from "./keypad-entry.ts";

interface KeypadProps {
  readonly words: CounterText;
  readonly disabled: boolean;
  readonly onKey: (key: KeypadKey) => void;
}

const ROWS: readonly (readonly KeypadKey[])[] = [
  ["1", "2", "3", "back"],
  ["4", "5", "6", "clear"],
  ["7", "8", "9", "plus"],
  ["00", "0", "point"],
];
const SIGNS: Partial<Record<KeypadKey, string>> = { point: ".", back: "⌫", clear: "C", plus: "+" };

/** Big keys. They act when the finger comes down: a fast typist does not wait for it to leave. */
export function Keypad({ words, disabled, onKey }: KeypadProps) {
  const names: Partial<Record<KeypadKey, string>> = words.keys;
  return (
    <fieldset className="grid touch-manipulation grid-cols-4 gap-2 select-none" disabled={disabled}>
      <legend className="sr-only">{words.keys.pad}</legend>
      {ROWS.flat().map((key) => (
        <button
          key={key}
          type="button"
          aria-label={names[key]}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.preventDefault();
            onKey(key);
          }}
          // By keyboard and screen reader there is no pointer.
          onClick={(event) => event.detail === 0 && onKey(key)}
          className={`min-h-[clamp(2.75rem,6.6dvh,3.5rem)] cursor-pointer rounded-2xl text-2xl font-medium tabular-nums active:bg-brand-soft ${LOOKS[key] ?? "bg-surface text-ink lifted"}`}
        >
          {SIGNS[key] ?? key}
        </button>
      ))}
    </fieldset>
  );
}

const SIDE = "border border-line bg-sunken text-ink";
const LOOKS: Partial<Record<KeypadKey, string>> = {
  back: SIDE,
  clear: SIDE,
  plus: SIDE,
  point: "bg-surface text-ink lifted col-span-2",
};
