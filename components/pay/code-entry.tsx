"use client";

import { type FormEvent, useId, useRef, useState } from "react";

interface CodeEntryProps {
  /** Takes `code` by a plain form; with scripts, the answer comes without leaving the page. */
  readonly url: string;
  readonly words: {
    readonly open: string;
    readonly label: string;
    readonly use: string;
    readonly working: string;
    readonly failed: string;
  };
  /** Codes that are part of the price, in words. */
  readonly inUse: readonly string[];
  /** What became of the last one. */
  readonly answer: { readonly text: string; readonly isGood: boolean } | null;
}

/** Where a shopper types a promotion code: folded away until somebody has one. In the page lane the plain form serves. */
export function CodeEntry({ url, words, inUse, answer }: CodeEntryProps) {
  const id = useId();
  const [said, setSaid] = useState(answer);
  const [isWorking, setWorking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isWorking) return;
    setWorking(true);
    const answered = await ask(url, new FormData(event.currentTarget));
    // The page comes anew, with the new price.
    if (answered?.href != null) return location.assign(answered.href);
    setSaid({ text: answered?.message ?? words.failed, isGood: false });
    setWorking(false);
    field.current?.focus();
  }
  return (
    <section className="text-center text-sm" data-testid="code-entry">
      {inUse.map((text) => (
        <p key={text} className="py-1 text-brand-ink">
          {text}
        </p>
      ))}
      <details open={answer !== null && !answer.isGood}>
        <summary className="inline-flex min-h-11 cursor-pointer list-none items-center px-3 text-soft underline decoration-line underline-offset-4">
          {words.open}
        </summary>
        <form method="post" action={url} onSubmit={send} className="mx-auto flex max-w-sm items-center gap-2 py-2">
          <label htmlFor={id} className="sr-only">
            {words.label}
          </label>
          <input
            ref={field}
            id={id}
            name="code"
            required
            maxLength={64}
            placeholder={words.label}
            autoComplete="off"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck="false"
            enterKeyHint="done"
            aria-describedby={`${id}-said`}
            className="min-h-11 min-w-0 flex-1 rounded-xl border border-soft/60 bg-surface px-3 text-base text-ink uppercase placeholder:normal-case placeholder:text-soft"
          />
          <button
            type="submit"
            aria-disabled={isWorking}
            className="min-h-11 shrink-0 cursor-pointer rounded-xl border border-line bg-surface px-4 font-medium text-ink press"
          >
            {isWorking ? words.working : words.use}
          </button>
        </form>
      </details>
      <p
        id={`${id}-said`}
        role="status"
        // A code that was applied stands above by its name.
        className={said?.isGood && inUse.length > 0 ? "sr-only" : "min-h-5 text-warn-ink"}
        data-testid="code-answer"
      >
        {said?.text}
      </p>
    </section>
  );
}

interface CodeReply {
  readonly message: string;
  /** Where the new price is shown. */
  readonly href: string | null;
}

/** @returns null where there was no answer */
async function ask(url: string, form: FormData): Promise<CodeReply | null> {
  try {
    const body = new URLSearchParams({ code: String(form.get("code") ?? "") });
    const answer = await fetch(url, { method: "POST", headers: { accept: "application/json" }, body });
    return answer.ok ? ((await answer.json()) as CodeReply) : null;
  } catch {
    return null;
  }
}
