import type { ReactNode } from "react";
import type { CollectText } from "#lib/texts/collect.ts";
import { FULL_LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { Leaf } from "../pay/pay-top.tsx";

interface CollectFrameProps {
  readonly text: CollectText;
  readonly language: Language;
  readonly urlIn: (language: Language) => string;
  /** Where the sandbox's phone opens this page; null with real credentials. */
  readonly sandboxUrl: string | null;
  readonly children: ReactNode;
}

/** The frame of a collection code's page: whose it is, its language, and in the sandbox that no real money moves. */
export function CollectFrame({ text, language, urlIn, sandboxUrl, children }: CollectFrameProps) {
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
          <p className="-mr-2 flex text-soft">
            {FULL_LANGUAGES.filter((each) => each !== language).map((other) => (
              <a key={other} href={urlIn(other)} lang={other} hrefLang={other} className="px-2 py-3">
                {textsIn(other).about.name}
              </a>
            ))}
          </p>
        </div>
      </header>
      {children}
    </main>
  );
}
