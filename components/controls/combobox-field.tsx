"use client";

import { Combobox as BaseCombobox } from "@base-ui/react/combobox";
import { useEffect, useRef } from "react";
import { Chevron, Cross, Tick } from "./icons.tsx";
import { ICON_BUTTON, ITEM, POPUP, POSITIONER, portalRoot } from "./look.ts";
import type { Opener } from "./on-demand.tsx";
import { useControlWords } from "./words.tsx";

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface ComboboxFieldProps {
  readonly opener: Opener;
  readonly defaultOpen?: boolean;
  /** What the form gets while nobody has opened it. */
  readonly field: { readonly name: string; readonly value: string };
  readonly labelledBy: string;
  readonly options: readonly Option[];
  readonly placeholder: string;
  readonly frame: string;
}

/** What `combobox.tsx` brings when it is wanted. */
export default function ComboboxField(props: ComboboxFieldProps) {
  const { field, labelledBy, options, placeholder, frame, defaultOpen = false } = props;
  const { text } = useControlWords();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (defaultOpen) input.current?.focus();
  }, [defaultOpen]);
  return (
    <BaseCombobox.Root
      items={options}
      name={field.name}
      defaultOpen={defaultOpen}
      defaultValue={options.find(({ value }) => value === field.value) ?? null}
      autoHighlight
    >
      <BaseCombobox.InputGroup className={frame}>
        <BaseCombobox.Input
          ref={input}
          aria-labelledby={labelledBy}
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
