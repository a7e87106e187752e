import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { Counter } from "#components/shop/counter.tsx";
import { GOODS, type Good, readBasket } from "#components/shop/goods.ts";
import { Picture } from "#components/shop/pictures.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Leaf } from "#components/ui/leaf.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PAGE_SIZE_MAX } from "#lib/base/limits.ts";
import { DEMO_PROMOTIONS, type DemoPromotion } from "#lib/contract/demo-shop.ts";
import { chooseLanguage, FULL_LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import type { ShopText } from "#lib/texts/zh-CN/shop.ts";
import { openPageContext, type PageContext } from "./pay/context.ts";
import type { SearchParams } from "./pay/page-request.ts";
import { quoteBasket } from "./shop/quote-basket.ts";
import "./shop/shop.css";

interface ShopPageProps {
  readonly searchParams: Promise<SearchParams>;
}

export const generateMetadata = async ({ searchParams }: ShopPageProps): Promise<Metadata> => ({
  title: textsIn(await readLanguage(await searchParams)).shop.title,
});

async function readLanguage({ lang }: SearchParams): Promise<Language> {
  const chosen = typeof lang === "string" ? lang : undefined;
  return chooseLanguage(chosen, (await headers()).get("accept-language"), FULL_LANGUAGES);
}

/** The demo shop of the sandbox: a small menu, an order, the pay page. With real credentials there is no shop here. */
export default async function Shop({ searchParams }: ShopPageProps) {
  const context = await openPageContext();
  if (context.sandbox === null) redirect("/admin");
  const offers = await offersOf(context);
  const search = await searchParams;
  const basket = readBasket((sku) => search[sku]);
  const language = await readLanguage(search);
  const text = textsIn(language).shop;
  const { less, more, count, cart, empty, pay, before } = text;
  const trouble = search.trouble === "pick" ? text.pickFirst : search.trouble ? text.trouble : null;
  return (
    <main lang={language} className="mx-auto max-w-3xl px-3 pt-3 pb-36 sm:px-6 sm:pt-8">
      <ShopTop language={language} />
      {trouble !== null && (
        <div className="mt-4" role="alert">
          <Notice tone="warn">{trouble}</Notice>
        </div>
      )}
      {offers.length > 0 && (
        <ul className="mt-5 flex flex-wrap gap-2 px-1" aria-label={text.offers}>
          {offers.map(({ id, name }) => (
            <li key={id}>
              <Badge tone="brand">{promotionName(text, id, name)}</Badge>
            </li>
          ))}
        </ul>
      )}
      <h2 className="mt-6 mb-3 px-1 text-sm font-semibold">{text.menu}</h2>
      <Counter
        initial={basket}
        initialDue={await quoteBasket(context, basket)}
        words={{ less, more, count, cart, empty, pay, before }}
        cards={GOODS.map((good) => ({
          sku: good.sku,
          name: text.goods[good.sku].name,
          card: <GoodCard good={good} text={text} />,
        }))}
      />
      <p className="mt-6 px-1 text-center text-xs text-soft">{text.demoHint}</p>
    </main>
  );
}

/** Those of the demo that the merchant has not ended; the shop sells without them, too. */
async function offersOf({ payments }: PageContext): Promise<readonly DemoPromotion[]> {
  const active = await payments.promotions.list({ status: "active", limit: PAGE_SIZE_MAX }).catch(() => ({ data: [] }));
  const ids = new Set(active.data.map(({ id }) => id));
  return DEMO_PROMOTIONS.filter(({ id }) => ids.has(id));
}

/** The promotion's name in the reader's language; its own name if the texts have none. */
const promotionName = ({ promotions }: ShopText, id: string, name: string): string =>
  Object.hasOwn(promotions, id) ? promotions[id as keyof ShopText["promotions"]] : name;

function ShopTop({ language }: { language: Language }) {
  const { shop } = textsIn(language);
  return (
    <header>
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 px-1 text-sm">
        <Badge tone="warn">{shop.demo}</Badge>
        <nav className="flex gap-x-4 text-soft">
          <a href="/admin" className="py-3">
            {shop.admin}
          </a>
          {FULL_LANGUAGES.filter((each) => each !== language).map((other) => (
            <a key={other} href={`/?lang=${other}`} lang={other} hrefLang={other} className="py-3">
              {textsIn(other).about.name}
            </a>
          ))}
        </nav>
      </div>
      <div className="mt-2 flex items-center gap-4 px-1">
        <span className="grid size-14 place-items-center rounded-2xl bg-brand-soft">
          <Leaf className="size-9" />
        </span>
        <div>
          <h1 className="text-2xl font-semibold">{shop.title}</h1>
          <p className="text-sm text-soft">{shop.tagline}</p>
        </div>
      </div>
    </header>
  );
}

function GoodCard({ good, text }: { good: Good; text: ShopText }) {
  const { name, note } = text.goods[good.sku];
  return (
    <>
      <Picture sku={good.sku} className="aspect-[3/2] w-full" />
      <div className="px-3 pt-3">
        <h3 className="leading-snug font-medium">{name}</h3>
        <p className="mt-0.5 text-xs text-soft">{note}</p>
        <p className="mt-1.5 font-semibold figures">{amountText(good.fen)}</p>
      </div>
    </>
  );
}
