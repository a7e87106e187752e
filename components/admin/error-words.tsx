"use client";

import { createContext, type ReactNode, useContext } from "react";

/** What an error page of the dashboard says; the frame around it hands it down, since an error page has no server of its own. */
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
