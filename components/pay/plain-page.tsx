import type { ReactNode } from "react";

/** One message in the middle of the page, for when there is no order to show. */
export function PlainPage({ language, children }: { language: string; children: ReactNode }) {
  return (
    <main lang={language} className="mx-auto grid min-h-dvh max-w-md place-items-center px-4 py-8">
      <div className="w-full rounded-card bg-surface px-6 py-10 lifted">{children}</div>
    </main>
  );
}
