import type { ReactNode } from "react";
import type { ShopLook } from "#lib/contract/shop-look.ts";
import type { CollectText } from "#lib/texts/collect.ts";
import type { Language } from "#lib/texts/language.ts";
import type { PayText } from "#lib/texts/pay.ts";
import { brandStyle, lookAttributes } from "../pay/brand-look.ts";
import { DisplaySettings } from "../pay/display-settings.tsx";
import { ShopMark } from "../pay/shop-mark.tsx";

export interface CollectShop {
  readonly name: string;
  readonly logoUrl: string | null;
  readonly color: string;
  readonly onColor: string;
  readonly look: Pick<ShopLook, "density" | "corners" | "codeSide">;
}

interface CollectFrameProps {
  readonly text: CollectText;
  /** Null where the shop could not be asked. */
  readonly shop: CollectShop | null;
  readonly language: Language;
  /** Size and language; null where there is nothing to choose. */
  readonly display: {
    readonly words: Pick<PayText, "display" | "elderOn" | "elderOff">;
    readonly language: Language;
    readonly languages: readonly Language[];
    readonly elder: boolean;
    readonly url: string;
  } | null;
  /** Where the sandbox's phone opens this page; null with real credentials. */
  readonly sandboxUrl: string | null;
  readonly children: ReactNode;
}

/** The frame of a collection code's page: whose it is, its language, and in the sandbox that no real money moves. */
export function CollectFrame({ text, shop, language, display, sandboxUrl, children }: CollectFrameProps) {
  return (
    <main
      lang={language}
      {...(shop === null ? {} : { style: brandStyle(shop), ...lookAttributes(shop.look) })}
      className="collect mx-auto flex min-h-dvh max-w-md flex-col gap-3 px-3 pt-3 safe-bottom sm:pt-8"
    >
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
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 px-2">
          <p className="flex min-w-0 items-center gap-2 font-semibold">
            {shop !== null && <ShopMark name={shop.name} logoUrl={shop.logoUrl} />}
            <span className="min-w-0">{shop?.name ?? text.title}</span>
          </p>
          {display !== null && <DisplaySettings words={display.words} shown={display} displayUrl={display.url} />}
        </div>
      </header>
      {children}
    </main>
  );
}
