import type { Language } from "#lib/texts/language.ts";
import type { PayText } from "#lib/texts/pay.ts";
import { DisplaySettings } from "./display-settings.tsx";
import { ShopMark } from "./shop-mark.tsx";

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

/** Whose page it is and what for, in which language and size; in the sandbox also that no real money moves. */
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
        <p className="flex min-w-0 items-center gap-2">
          <ShopMark name={plan.brand.name} logoUrl={plan.brand.logoUrl} />
          <span className="min-w-0 leading-tight">
            <strong className="block font-semibold">{plan.brand.name}</strong>
            <span className="block text-xs text-soft">{plan.copy.title}</span>
          </span>
        </p>
        <DisplaySettings words={text} shown={plan} displayUrl={displayUrl} />
      </div>
    </header>
  );
}
