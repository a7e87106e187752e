import { randomBytes } from "node:crypto";
import { type AskedAmount, CollectForm } from "#components/collect/collect-form.tsx";
import { CollectFrame, type CollectShop } from "#components/collect/collect-frame.tsx";
import { Trouble } from "#components/pay/trouble.tsx";
import { Card } from "#components/ui/card.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { COLLECTION_FREE_FEN_MAX_DEFAULT, COLLECTION_NOTE_CHARS_MAX } from "#lib/base/collection-limits.ts";
import type { CodeTerms, Collection, ScannedCode } from "#lib/collection/index.ts";
import { planBrand } from "#lib/intelligence/index.ts";
import type { MerchantRow } from "#lib/storage/configuration/gateway-accounts.ts";
import { collectText } from "#lib/texts/collect.ts";
import { LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";
import type { PageContext } from "../pay/context.ts";
import type { CollectRequest } from "./collect-request.ts";

export type ReadCode =
  | { readonly kind: "found"; readonly found: ScannedCode }
  | { readonly kind: "missing" }
  | { readonly kind: "unavailable"; readonly code: string };

interface CodeVisit {
  readonly context: Pick<PageContext, "merchant" | "publicUrl" | "sandbox">;
  readonly pageRequest: CollectRequest;
  readonly read: ReadCode;
}

const CODE_FORM = /^[0-9a-hjkmnp-tv-z]{12}$/i;

export async function readCode(collection: Pick<Collection, "scan">, code: string): Promise<ReadCode> {
  if (!CODE_FORM.test(code)) return { kind: "missing" };
  try {
    const found = await collection.scan(code);
    return found === null ? { kind: "missing" } : { kind: "found", found };
  } catch (cause) {
    // An error page needs scripts to show itself; this one does not.
    if (isAppError(cause) && cause.code === "unavailable") return { kind: "unavailable", code };
    throw cause;
  }
}

/** The title of the browser's tab. */
export async function describeCode({ context, pageRequest, read }: CodeVisit): Promise<string> {
  if (read.kind !== "found") return textsIn(pageRequest.language).about.product;
  const { name, brand } = await context.merchant();
  return `${read.found.terms.label} · ${brand?.name ?? name}`;
}

interface CollectionPageProps extends Omit<CodeVisit, "context"> {
  readonly context: Omit<CodeVisit["context"], "merchant">;
  readonly read: Exclude<ReadCode, { kind: "missing" }>;
  readonly merchant: MerchantRow | null;
}

/** The page behind a printed code. Looking at it makes nothing; its one form makes one order. */
export function CollectionPage({ context, pageRequest, read, merchant }: CollectionPageProps) {
  if (read.kind === "unavailable" || merchant === null) {
    return <Unavailable pageRequest={pageRequest} code={read.kind === "found" ? read.found.code : read.code} />;
  }
  const { found } = read;
  const { language } = pageRequest;
  const text = collectText(language);
  const path = `/c/${found.code}`;
  const shop = shopOf(merchant, language);
  const closed = found.status === "retired" ? "retired" : found.payable ? null : "unpayable";
  const phoneUrl = context.sandbox?.phoneUrl;
  return (
    <CollectFrame
      text={text}
      shop={shop}
      language={language}
      display={displayOf(pageRequest, path)}
      sandboxUrl={
        phoneUrl === undefined ? null : `${phoneUrl}/browser?url=${encodeURIComponent(`${context.publicUrl}${path}`)}`
      }
    >
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
          app={pageRequest.app === null ? null : textsIn(language).page.apps[pageRequest.app]}
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
