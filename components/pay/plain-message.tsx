interface PlainMessageProps {
  readonly language: string;
  readonly title: string;
  readonly hint: string;
  /** One way on, where there is one. */
  readonly way?: { readonly href: string; readonly label: string };
}

/** The lightest page there is: every page of the framework carries its "not found" along, so that is what it is made of. */
export function PlainMessage({ language, title, hint, way }: PlainMessageProps) {
  return (
    <main lang={language} className="grid min-h-dvh place-content-center justify-items-center p-8 text-center">
      <svg
        viewBox="0 0 96 96"
        width={96}
        height={96}
        fill="none"
        className="stroke-soft"
        strokeWidth="5"
        aria-hidden="true"
      >
        <title>?</title>
        <path d="M24 8h48v80l-8-6-8 6-8-6-8 6-8-6-8 6z" className="fill-surface stroke-line" strokeLinejoin="round" />
        <path d="M38 34a10 10 0 1 1 15 9c-4 2-5 4-5 8M48 62v.5" strokeLinecap="round" />
      </svg>
      <h1 className="mt-5 text-xl font-semibold">{title}</h1>
      <p className="mt-2 max-w-sm text-soft">{hint}</p>
      {way !== undefined && (
        <a href={way.href} className="mt-6 p-3 underline underline-offset-4">
          {way.label}
        </a>
      )}
    </main>
  );
}
