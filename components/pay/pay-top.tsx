import { LANGUAGES, type Language, type Text } from "./text.ts";

export interface Sandbox {
  /** Where the sandbox's phone pays this order; already complete. */
  readonly phoneUrl: string;
}

/** Who we are and which language we speak; in the sandbox also that no real money moves. */
export function PayTop(props: { text: Text; language: Language; otherLanguageUrl: string; sandbox: Sandbox | null }) {
  const { text, language, sandbox } = props;
  const other: Language = language === "en" ? "zh-CN" : "en";
  return (
    <header className="pay-top flex flex-col gap-2 text-sm">
      {sandbox !== null && (
        <p className="flex flex-wrap items-center justify-center gap-x-3 rounded-full bg-warn-soft px-4 text-xs text-warn-ink">
          <span className="py-1.5">{text.sandbox}</span>
          <a
            href={sandbox.phoneUrl}
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
        <a href={props.otherLanguageUrl} lang={other} hrefLang={other} className="-mr-2 px-2 py-3 text-soft">
          {LANGUAGES[other]}
        </a>
      </div>
    </header>
  );
}

/** Lingfu's sign: a leaf that is also a tick. */
export const Leaf = ({ className = "size-6" }: { className?: string }) => (
  <svg viewBox="0 0 24 24" className={className} aria-hidden="true">
    <title>灵付</title>
    <path d="M3.5 12.5C3.5 6.5 9 3 20.5 3.5 21 15 17 20.5 11 20.5c-2.6 0-4.6-1-5.8-2.6" className="fill-brand" />
    <path
      d="m3.5 21 4-5 2.5 2 6-7.5"
      className="fill-none stroke-brand-ink"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
