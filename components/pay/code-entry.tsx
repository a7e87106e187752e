interface CodeEntryProps {
  /** Takes `code` by a plain form; with scripts the answer comes without leaving the page, see use-code-entry.ts. */
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

/** Where a shopper types a promotion code: folded away until somebody has one. */
export function CodeEntry({ url, words, inUse, answer }: CodeEntryProps) {
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
        <form
          method="post"
          action={url}
          data-code-entry=""
          data-working={words.working}
          data-failed={words.failed}
          className="mx-auto flex max-w-sm flex-wrap items-center gap-2 py-2"
        >
          <label htmlFor="promotion-code" className="sr-only">
            {words.label}
          </label>
          <input
            id="promotion-code"
            name="code"
            required
            maxLength={64}
            placeholder={words.label}
            autoComplete="off"
            autoCapitalize="characters"
            autoCorrect="off"
            // Preact writes no `false`.
            spellCheck="false"
            enterKeyHint="done"
            aria-describedby="promotion-code-answer"
            className="min-h-11 min-w-0 flex-1 rounded-xl border border-soft/60 bg-surface px-3 text-base text-ink uppercase placeholder:normal-case placeholder:text-soft"
          />
          <button
            type="submit"
            className="min-h-11 shrink-0 cursor-pointer rounded-xl border border-line bg-surface px-4 font-medium text-ink press"
          >
            {words.use}
          </button>
          {/* The script writes here, and nothing else does. */}
          <output htmlFor="promotion-code" className="w-full text-warn-ink empty:hidden" data-testid="code-said" />
        </form>
      </details>
      <p
        id="promotion-code-answer"
        role="status"
        // A code that was applied stands above by its name.
        className={answer?.isGood && inUse.length > 0 ? "sr-only" : "pb-2 text-warn-ink empty:hidden"}
        data-testid="code-answer"
      >
        {answer?.text}
      </p>
    </section>
  );
}
