import { randomBytes } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { type AskedAmount, CollectForm } from "#components/collect/collect-form.tsx";
import { CollectFrame, type CollectShop } from "#components/collect/collect-frame.tsx";
import { Trouble } from "#components/pay/trouble.tsx";
import { Card } from "#components/ui/card.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { COLLECTION_FREE_FEN_MAX_DEFAULT, COLLECTION_NOTE_CHARS_MAX } from "#lib/base/collection-limits.ts";
import type { CodeTerms, ScannedCode } from "#lib/collection/index.ts";
import { markUnavailable } from "#lib/http/next-call.ts";
import { planBrand } from "#lib/intelligence/index.ts";
import type { MerchantRow } from "#lib/storage/configuration/gateway-accounts.ts";
import { collectText } from "#lib/texts/collect.ts";
import { LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";
import { openContainer } from "../../container.ts";
import { openPageContext } from "../../pay/context.ts";
import type { SearchParams } from "../../pay/page-request.ts";
import { type CollectRequest, readCollectRequest } from "../collect-request.ts";

interface CollectionPageProps {
  readonly params: Promise<{ code: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params, searchParams }: CollectionPageProps): Promise<Metadata> {
  const found = await scan((await params).code);
  const robots = { index: false, follow: false };
  if (typeof found !== "object" || found === null) {
    const { language } = await readCollectRequest(await searchParams);
    return { title: textsIn(language).about.product, robots };
  }
  const { name, brand } = await (await openPageContext()).merchant();
  return { title: `${found.terms.label} · ${brand?.name ?? name}`, robots };
}

/** The page behind a printed code. Looking at it makes nothing; its one form makes one order. */
export default async function Page({ params, searchParams }: CollectionPageProps) {
  const pageRequest = await readCollectRequest(await searchParams);
  const text = collectText(pageRequest.language);
  const found = await scan((await params).code);
  if (found === null) notFound();
  if (found === "unavailable") {
    markUnavailable();
    return <Unavailable pageRequest={pageRequest} code={(await params).code} />;
  }
  const context = await openPageContext();
  const path = `/c/${found.code}`;
  const shop = shopOf(await context.merchant(), pageRequest.language);
  const frame = {
    text,
    shop,
    language: pageRequest.language,
    display: displayOf(pageRequest, path),
    sandboxUrl:
      context.sandbox === null
        ? null
        : `${context.sandbox.phoneUrl}/browser?url=${encodeURIComponent(`${context.publicUrl}${path}`)}`,
  };
  const closed = found.status === "retired" ? "retired" : found.payable ? null : "unpayable";
  return (
    <CollectFrame {...frame}>
      {closed !== null ? (
        <Card className="px-6 py-8">
          <h1 className="mb-6 text-center text-sm font-medium text-soft">{found.terms.label}</h1>
          <Trouble title={text[`${closed}Title`]} hint={text[`${closed}Hint`]} retry={null} />
        </Card>
      ) : (
        <CollectForm
          text={text}
          merchant={shop.name}
          label={found.terms.label}
          action={pageRequest.address(`${path}/order`)}
          token={randomBytes(16).toString("base64url")}
          asked={askedAmount(found.terms)}
          noteMax={COLLECTION_NOTE_CHARS_MAX}
          trouble={pageRequest.trouble}
          promo={pageRequest.promo}
          typed={pageRequest.typed}
          app={pageRequest.app === null ? null : textsIn(pageRequest.language).page.apps[pageRequest.app]}
          nonce={pageRequest.nonce}
        />
      )}
      <p className="mt-auto py-4 text-center text-xs text-soft">{text.secured}</p>
    </CollectFrame>
  );
}

const displayOf = ({ language, elder, address }: CollectRequest, path: string) => ({
  ...{ words: payText(language), language, languages: LANGUAGES, elder },
  url: address(`${path}/display`),
});

function shopOf({ name, brand, look }: MerchantRow, language: Language): CollectShop {
  return { ...planBrand(brand ?? undefined, { names: [name], language }).brand, look };
}

function askedAmount({ amount, amountMin, amountMax }: CodeTerms): AskedAmount {
  if (amount !== null) return { kind: "fixed", fen: amount };
  const [min, max] = [amountMin ?? 1, amountMax ?? COLLECTION_FREE_FEN_MAX_DEFAULT];
  return { kind: "free", min, max, tellBounds: min > 1 || max < COLLECTION_FREE_FEN_MAX_DEFAULT };
}

const CODE_FORM = /^[0-9a-hjkmnp-tv-z]{12}$/i;

/** Title and page ask for the same code: one question for both. */
const scan = cache(async (code: string): Promise<ScannedCode | null | "unavailable"> => {
  if (!CODE_FORM.test(code)) return null;
  try {
    return await (await openContainer()).collection.scan(code);
  } catch (cause) {
    // An error page needs scripts to show itself; this one does not.
    if (isAppError(cause) && cause.code === "unavailable") return "unavailable";
    throw cause;
  }
});

function Unavailable({ pageRequest, code }: { pageRequest: CollectRequest; code: string }) {
  const text = collectText(pageRequest.language);
  const path = `/c/${encodeURIComponent(code)}`;
  return (
    <CollectFrame
      text={text}
      shop={null}
      language={pageRequest.language}
      display={displayOf(pageRequest, path)}
      sandboxUrl={null}
    >
      <Card className="px-6 py-8">
        <h1 className="sr-only">{text.title}</h1>
        <Trouble
          title={text.unavailableTitle}
          hint={text.unavailableHint}
          retry={{ label: text.retry, href: pageRequest.address(path) }}
        />
      </Card>
    </CollectFrame>
  );
}
