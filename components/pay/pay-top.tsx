import { type Language, textsIn } from "#lib/texts/language.ts";
import type { PayText } from "#lib/texts/pay.ts";

interface SandboxPhone {
  /** Where the sandbox's phone pays this order; already complete. */
  readonly phoneUrl: string;
}

interface PayTopProps {
  readonly text: PayText;
  readonly plan: {
    readonly copy: { readonly title: string };
    readonly brand: { readonly name: string; readonly logoUrl: string | null };
    readonly language: Language;
    readonly languages: readonly Language[];
    readonly elder: boolean;
  };
  /** Takes `lang` and `size` by a plain form. */
  readonly displayUrl: string;
  readonly sandbox: SandboxPhone | null;
}

/** What the page is, in which language and size; in the sandbox also that no real money moves. */
export function PayTop({ text, plan, displayUrl, sandbox }: PayTopProps) {
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
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 px-2">
        <p className="flex items-center gap-2 font-medium">
          {plan.brand.logoUrl === null ? <Leaf /> : <Logo address={plan.brand.logoUrl} />}
          {plan.copy.title}
        </p>
        <DisplaySettings text={text} plan={plan} displayUrl={displayUrl} />
      </div>
    </header>
  );
}

const CHOICE = "min-h-11 cursor-pointer px-2 py-2";

function DisplaySettings({ text, plan, displayUrl }: Omit<PayTopProps, "sandbox">) {
  return (
    <form
      method="post"
      action={displayUrl}
      aria-label={text.display}
      className="-mr-2 flex items-center text-soft"
      data-testid="display"
    >
      <button type="submit" name="size" value={plan.elder ? "standard" : "elder"} className={CHOICE}>
        {plan.elder ? text.elderOff : text.elderOn}
      </button>
      {plan.languages
        .filter((language) => language !== plan.language)
        .map((language) => (
          <button key={language} type="submit" name="lang" value={language} lang={language} className={CHOICE}>
            {textsIn(language).about.script}
          </button>
        ))}
    </form>
  );
}

/** The shop's sign, in a place whose size it cannot change. */
const Logo = ({ address }: { address: string }) => (
  <img src={address} alt="" width={24} height={24} referrerPolicy="no-referrer" className="size-6 object-contain" />
);

/** Lingfu's sign: a leaf that is also a tick. */
export const Leaf = ({ className = "size-6" }: { className?: string }) => (
  <svg viewBox="0 0 24 24" width={24} height={24} className={className} aria-hidden="true">
    <title>Lingfu</title>
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
