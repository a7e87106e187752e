"use client";

import { useId } from "react";
import type { ComboboxFieldProps, Option } from "./combobox-field.tsx";
import { useHydrated } from "./hydrated.ts";
import { Chevron } from "./icons.tsx";
import { onDemand } from "./on-demand.tsx";

const ComboboxField = onDemand<ComboboxFieldProps>("listbox", () => import("./combobox-field.tsx"));

interface ComboboxProps {
  readonly label: string;
  readonly name: string;
  readonly options: readonly Option[];
  readonly defaultValue?: string | undefined;
  /** Shown while nothing is chosen. */
  readonly placeholder: string;
}

const FRAME =
  "flex min-h-11 w-full items-center rounded-xl border border-soft/60 bg-surface text-base focus-within:outline-3 focus-within:outline-offset-3 focus-within:outline-brand-ink";

/** One of many, found by typing; for a few there is `Select`. Without scripts it is a plain list. */
export function Combobox({ label, name, options, defaultValue = "", placeholder }: ComboboxProps) {
  const id = useId();
  const shown = options.find(({ value }) => value === defaultValue)?.label;
  if (!useHydrated()) {
    return (
      <div>
        <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
          {label}
        </label>
        <select id={id} name={name} defaultValue={defaultValue} className={`${FRAME} px-3`}>
          <option value="">{placeholder}</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </div>
    );
  }
  const content = (
    <>
      <span className={`min-w-0 flex-1 px-3 text-left ${shown === undefined ? "text-soft" : ""}`}>
        {shown ?? placeholder}
      </span>
      <span className="flex size-11 items-center justify-center text-soft">
        <Chevron />
      </span>
    </>
  );
  return (
    <div>
      <span id={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </span>
      <ComboboxField
        opener={{ look: `${FRAME} cursor-pointer`, label: `${label} ${shown ?? placeholder}`, content }}
        field={{ name, value: defaultValue }}
        labelledBy={id}
        options={options}
        placeholder={placeholder}
        frame={FRAME}
      />
    </div>
  );
}
