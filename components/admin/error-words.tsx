"use client";

import { createContext, type ReactNode, useContext } from "react";

/** The words of the dashboard's error page. The layout provides them, because an error page is rendered in the browser alone. */
interface ErrorWordsShown {
  readonly title: string;
  readonly hint: string;
  readonly retry: string;
}

const Words = createContext<ErrorWordsShown>({ title: "", hint: "", retry: "↻" });

export const ErrorWords = ({ words, children }: { words: ErrorWordsShown; children: ReactNode }) => (
  <Words value={words}>{children}</Words>
);

export const useErrorWords = (): ErrorWordsShown => useContext(Words);
