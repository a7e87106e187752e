"use client";

import { useState } from "react";
import type { LookText } from "#lib/texts/zh-CN/look.ts";

interface LookPreviewProps {
  readonly words: LookText;
  readonly url: string;
  /** The look as it is being typed. */
  readonly query: string;
}

const VIEWS = ["pay", "paid", "code"] as const;
type PreviewView = (typeof VIEWS)[number];

/** The pages as a phone and a computer would show them: the real components, in frames as wide as those screens, made smaller. */
export function LookPreview({ words, url, query }: LookPreviewProps) {
  const [view, setView] = useState<PreviewView>("pay");
  const address = (form: "phone" | "desk") => `${url}?view=${view}&form=${form}&${query}`;
  return (
    <section aria-label={words.preview} className="min-w-0 xl:sticky xl:top-4">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        {VIEWS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === view}
            onClick={() => setView(each)}
            className={`min-h-11 rounded-full px-4 text-sm font-medium ${each === view ? "bg-brand-soft text-brand-ink" : "bg-sunken text-soft"}`}
          >
            {words.views[each]}
          </button>
        ))}
      </div>
      <div className="flex flex-wrap items-start gap-5">
        <Frame title={words.previewPhone} address={address("phone")} look="look-phone" />
        <Frame title={words.previewDesk} address={address("desk")} look="look-desk" />
      </div>
      <p className="mt-3 text-sm text-soft">{words.previewHint}</p>
    </section>
  );
}

const Frame = ({ title, address, look }: { title: string; address: string; look: string }) => (
  <figure className="min-w-0">
    <figcaption className="mb-2 text-sm text-soft">{title}</figcaption>
    <div className={look}>
      <iframe title={title} src={address} loading="lazy" tabIndex={-1} />
    </div>
  </figure>
);
