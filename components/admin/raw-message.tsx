"use client";

import { useEffect, useRef, useState } from "react";
import { ANSWER_WITHIN_MS, abortAfter } from "#components/ui/live-data.ts";
import { CopyButton } from "../controls/copy-button.tsx";
import { LINK, toneLook } from "./look.ts";

/** One side of a message, as text. */
export interface RawPart {
  readonly head: string;
  readonly text: string;
  readonly bytes: number;
  readonly keptBytes: number;
}

interface RawMessageWords {
  readonly raw: string;
  readonly rawSent: string;
  readonly rawReceived: string;
  readonly rawShow: string;
  readonly rawOpen: string;
  readonly rawLoading: string;
  readonly rawFailed: string;
  readonly rawEmpty: string;
  readonly rawCut: string;
  readonly rawMasked: string;
}

interface RawMessageProps {
  /** Where its bytes are read: JSON of two {@link RawPart}. */
  readonly href: string;
  /** Of a notification the other side speaks first. */
  readonly isTheirs: boolean;
  readonly words: RawMessageWords;
}

type Loaded = { readonly request: RawPart; readonly answer: RawPart };

/** The bytes of a message, read when somebody unfolds it. Without scripts a link leads to them. */
export function RawMessage({ href, isTheirs, words }: RawMessageProps) {
  const place = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<Loaded | "loading" | "failed">();
  const load = async () => {
    setLoaded("loading");
    try {
      const answer = await fetch(href, {
        headers: { accept: "application/json" },
        signal: abortAfter(ANSWER_WITHIN_MS),
      });
      setLoaded(answer.ok ? ((await answer.json()) as Loaded) : "failed");
    } catch {
      setLoaded("failed");
    }
  };
  // What is unfolded is read at once; a button asks again when that failed.
  useEffect(() => {
    const details = place.current?.closest("details");
    const onToggle = () => {
      if (details?.open === true && loaded === undefined) void load();
    };
    onToggle();
    details?.addEventListener("toggle", onToggle);
    return () => details?.removeEventListener("toggle", onToggle);
  });
  return (
    <div ref={place} className="flex flex-col gap-3">
      <div role="status" aria-live="polite" className="text-sm text-soft empty:hidden">
        {loaded === "loading" ? words.rawLoading : loaded === "failed" ? words.rawFailed : null}
      </div>
      {loaded === "failed" ? (
        <button type="button" onClick={load} className={`${toneLook("plain")} self-start`}>
          {words.rawShow}
        </button>
      ) : null}
      {loaded === undefined || typeof loaded === "string" ? null : (
        <>
          <Part title={isTheirs ? words.rawReceived : words.rawSent} part={loaded.request} words={words} />
          <Part title={isTheirs ? words.rawSent : words.rawReceived} part={loaded.answer} words={words} />
          <p className="text-sm text-soft">{words.rawMasked}</p>
        </>
      )}
      <a
        href={`${href}?as=text`}
        target="_blank"
        rel="noreferrer"
        className={`${LINK} inline-flex min-h-11 items-center text-sm`}
      >
        {words.rawOpen}
      </a>
    </div>
  );
}

function Part({ title, part, words }: { title: string; part: RawPart; words: RawMessageWords }) {
  const whole = [part.head, part.text].filter(Boolean).join("\n\n");
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-center justify-between gap-2 text-sm font-medium">
        {title}
        {whole === "" ? null : <CopyButton value={whole} what={title} />}
      </figcaption>
      {/* A field that is read only: it scrolls, and is reached, by keyboard as well. */}
      <textarea
        readOnly
        aria-label={title}
        spellCheck={false}
        rows={Math.min(12, 2 + Math.ceil(whole.length / 60))}
        value={whole === "" ? words.rawEmpty : whole}
        className="block w-full resize-y rounded-xl border border-line bg-surface p-3 font-mono text-xs leading-5 break-all"
      />
      {part.keptBytes < part.bytes ? (
        <p className="mt-1 text-sm text-soft">
          {words.rawCut.replace("{kept}", String(part.keptBytes)).replace("{bytes}", String(part.bytes))}
        </p>
      ) : null}
    </figure>
  );
}
