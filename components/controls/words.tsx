"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Language } from "#lib/texts/language.ts";
import type { ControlsText } from "#lib/texts/zh-CN/controls.ts";
import type { DayForm } from "./days.ts";
import { ToastRegion } from "./toast.tsx";

interface ControlWords {
  readonly text: ControlsText;
  readonly language: Language;
  readonly days: DayForm;
}

const WordsContext = createContext<ControlWords | null>(null);

/** Stands around the dashboard: gives the controls their words and shows their messages. */
export function ControlsProvider({ children, ...words }: ControlWords & { children: ReactNode }) {
  return (
    <WordsContext value={words}>
      <ToastRegion closeLabel={words.text.close} label={words.text.messages}>
        {children}
      </ToastRegion>
    </WordsContext>
  );
}

export function useControlWords(): ControlWords {
  const words = useContext(WordsContext);
  if (words === null) throw new Error("a control outside of ControlsProvider");
  return words;
}
