import type { CollectText } from "#lib/texts/collect.ts";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0"] as const;
const KEY = "grid min-h-14 cursor-pointer place-items-center rounded-xl bg-sunken text-2xl font-medium press";

/** Large keys of our own, for a phone: the page's script shows them and keeps the phone's keyboard away; without it that one types. */
export const Keypad = ({ text }: { text: CollectText }) => (
  <fieldset id="keypad" hidden suppressHydrationWarning aria-label={text.keypad} className="keypad">
    {KEYS.map((key) => (
      <button key={key} type="button" data-key={key} className={KEY}>
        {key}
      </button>
    ))}
    <button type="button" data-key="erase" aria-label={text.erase} className={KEY}>
      ⌫
    </button>
  </fieldset>
);
