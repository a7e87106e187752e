import type { ReactNode } from "react";
import type { CollectText } from "#lib/texts/collect.ts";
import { LANGUAGE_NAMES, type Language } from "#lib/texts/language.ts";
import { Leaf } from "../pay/pay-top.tsx";

interface CollectFrameProps {
  readonly text: CollectText;
  readonly language: Language;
  readonly otherLanguageUrl: string;
  /** Where the sandbox's phone opens this page; null with real credentials. */
  readonly sandboxUrl: string | null;
  readonly children: ReactNode;
}

/** The frame of a collection code's page: whose it is, its language, and in the sandbox that no real money moves. */
export function CollectFrame({ text, language, otherLanguageUrl, sandboxUrl, children }: CollectFrameProps) {
  const other: Language = language === "en" ? "zh-CN" : "en";
  return (
    <main lang={language} className="mx-auto flex min-h-dvh max-w-md flex-col gap-3 px-3 pt-3 safe-bottom sm:pt-8">
      <header className="flex flex-col gap-2 text-sm">
        {sandboxUrl !== null && (
          <p className="flex flex-wrap items-center justify-center gap-x-3 rounded-full bg-warn-soft px-4 text-xs text-warn-ink">
            <span className="py-1.5">{text.sandbox}</span>
            <a
              href={sandboxUrl}
              target="_blank"
              rel="noopener"
              className="-my-1 py-3.5 font-medium underline underline-offset-4"
            >
              {text.sandboxPhone}
            </a>
          </p>
        )}
        <div className="flex min-h-11 items-center justify-between gap-4 px-2">
          <p className="flex items-center gap-2 font-medium">
            <Leaf />
            {text.title}
          </p>
          <a href={otherLanguageUrl} lang={other} hrefLang={other} className="-mr-2 px-2 py-3 text-soft">
            {LANGUAGE_NAMES[other]}
          </a>
        </div>
      </header>
      {children}
    </main>
  );
}
