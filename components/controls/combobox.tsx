"use client";

import { Combobox as BaseCombobox } from "@base-ui/react/combobox";
import { useId } from "react";
import { useHydrated } from "./hydrated.ts";
import { Chevron, Cross, Tick } from "./icons.tsx";
import { ICON_BUTTON, ITEM, POPUP, POSITIONER, portalRoot } from "./look.ts";
import { useControlWords } from "./words.tsx";

interface Option {
  readonly value: string;
  readonly label: string;
}

interface ComboboxProps {
  readonly label: string;
  readonly name: string;
  readonly options: readonly Option[];
  readonly defaultValue?: string | undefined;
  /** Shown while nothing is chosen. */
  readonly placeholder: string;
}

/** One of many, found by typing; for a few there is `Select`. Without scripts it is a plain list. */
export function Combobox({ label, name, options, defaultValue, placeholder }: ComboboxProps) {
  const { text } = useControlWords();
  const id = useId();
  const isHydrated = useHydrated();
  const frame =
    "flex min-h-11 w-full items-center rounded-xl border border-soft/60 bg-surface text-base focus-within:outline-3 focus-within:outline-offset-3 focus-within:outline-brand-ink";
  const caption = (
    <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
      {label}
    </label>
  );
  if (!isHydrated) {
    return (
      <div>
        {caption}
        <select id={id} name={name} defaultValue={defaultValue ?? ""} className={`${frame} px-3`}>
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
  return (
    <BaseCombobox.Root
      items={options}
      name={name}
      defaultValue={options.find(({ value }) => value === defaultValue) ?? null}
      autoHighlight
    >
      <div>
        {caption}
        <BaseCombobox.InputGroup className={frame}>
          <BaseCombobox.Input
            id={id}
            placeholder={placeholder}
            className="min-w-0 flex-1 bg-transparent px-3 py-2 outline-none placeholder:text-soft"
          />
          <BaseCombobox.Clear aria-label={text.clear} className={ICON_BUTTON}>
            <Cross />
          </BaseCombobox.Clear>
          <BaseCombobox.Trigger aria-label={text.open} className={ICON_BUTTON}>
            <Chevron />
          </BaseCombobox.Trigger>
        </BaseCombobox.InputGroup>
      </div>
      <BaseCombobox.Portal container={portalRoot()}>
        <BaseCombobox.Positioner sideOffset={6} collisionPadding={12} className={POSITIONER}>
          <BaseCombobox.Popup className={`${POPUP} w-[var(--anchor-width)]`}>
            <BaseCombobox.Empty className="empty:hidden">
              <p className="px-4 py-3 text-sm text-soft">{text.nothing}</p>
            </BaseCombobox.Empty>
            <BaseCombobox.List className="max-h-80 overflow-y-auto p-1.5 data-[empty]:p-0">
              {(option: Option) => (
                <BaseCombobox.Item key={option.value} value={option} className={ITEM}>
                  <span className="min-w-0 flex-1">{option.label}</span>
                  <BaseCombobox.ItemIndicator>
                    <Tick />
                  </BaseCombobox.ItemIndicator>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  );
}
