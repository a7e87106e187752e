"use client";

import { PREVIEW_LINES_MAX } from "#lib/base/limits.ts";
import type { PromotionsText } from "#lib/texts/admin.ts";
import { CountField, MoneyField, TextField } from "./form-field.tsx";

/** The goods that a promotion is tried on. */
export function SampleCartFields({ words }: { words: PromotionsText["preview"] }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="sr-only">{words.rows}</legend>
      {Array.from({ length: PREVIEW_LINES_MAX }, (_, at) => at + 1).map((row) => (
        <div
          key={row}
          className="grid grid-cols-2 gap-3 border-b border-line pb-4 last:border-b-0 sm:grid-cols-[2fr_1fr_1fr_5rem] sm:border-b-0 sm:pb-0"
        >
          <TextField label={`${words.item} ${row}`} name={`cartItem${row}`} maxLength={64} />
          <TextField label={`${words.category} ${row}`} name={`cartCategory${row}`} maxLength={64} />
          <MoneyField label={`${words.price} ${row}`} name={`cartPrice${row}`} />
          <CountField label={`${words.quantity} ${row}`} name={`cartQuantity${row}`} />
        </div>
      ))}
    </fieldset>
  );
}
