import { PAGE_PLAN_TIMEOUT_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { OrderView } from "#lib/contract/order.ts";
import {
  defaultPlan,
  isScene,
  type PageBrandWish,
  type PageInput,
  type PagePlan,
  planPage,
} from "#lib/intelligence/index.ts";
import type { PresentedOffers } from "#lib/payment/index.ts";
import type { Language } from "#lib/texts/language.ts";
import { discountWords, recommendedWords } from "#lib/texts/offers.ts";
import { chooseWay } from "./choose-way.ts";
import type { PageContext } from "./context.ts";
import type { PayPageRequest } from "./page-request.ts";

/** Where the plan's brand comes from; asked while the rest of the page goes on. */
type PageMerchant = Awaited<ReturnType<PageContext["merchant"]>>;

export interface PlanInput {
  readonly context: Pick<PageContext, "merchant" | "knownMerchant" | "lastItems">;
  readonly pageRequest: PayPageRequest;
  readonly order: OrderView;
  readonly openid: string | null;
  /** Null where none were looked for. */
  readonly presented: PresentedOffers | null;
}

/**
 * What this visit's page shows, by one plan. Whatever it has to wait for it waits a moment only; then the plain page is
 * shown, and the payment has not waited at all.
 */
export async function planPayPage({ context, pageRequest, order, openid, presented }: PlanInput): Promise<PagePlan> {
  const remembered = lastItems(context, pageRequest, order);
  const shop =
    (await withTimeout(
      context.merchant().catch(() => null),
      PAGE_PLAN_TIMEOUT_MS,
      () => null,
    )) ?? context.knownMerchant();
  const input = inputFor(pageRequest, order, {
    shop,
    openid,
    presented,
    lastItems: (await withTimeout(remembered, PAGE_PLAN_TIMEOUT_MS, () => null)) ?? [],
  });
  return shop === null ? defaultPlan(input, "the shop could not be asked in time") : planPage(input);
}

/** Only who agreed to be remembered is, and only while there is something to buy. */
async function lastItems(
  context: PlanInput["context"],
  { shopper }: PayPageRequest,
  order: OrderView,
): Promise<readonly string[]> {
  if (!shopper.consent || shopper.shopperId === null || order.status !== "pending") return [];
  return context.lastItems(shopper.shopperId).catch(() => []);
}

interface Known {
  readonly lastItems: readonly string[];
  readonly shop: PageMerchant | null;
  readonly openid: string | null;
  readonly presented: PresentedOffers | null;
}

function inputFor(
  pageRequest: PayPageRequest,
  order: OrderView,
  { shop, openid, presented, lastItems }: Known,
): PageInput {
  const { agent, language, elder } = pageRequest;
  const wish = chooseWay(pageRequest);
  // WeChat would not say who the shopper is, so its cashier cannot be opened for them.
  const channel = wish === "jsapi" && openid === null ? "guide" : wish;
  const ways = [agent.channel, ...agent.alternatives];
  const alternatives = ways.filter((other) => other !== channel && (other !== "jsapi" || openid !== null));
  const scene = isScene(order.scene) ? order.scene : "other";
  const { env, form } = agent;
  return {
    scene: { env, form, channel, alternatives, scene, fallback: scene === "other", app: pageRequest.app },
    order: {
      merchantName: shop?.name ?? "",
      description: order.description,
      amountTotal: order.amountTotal,
      amountDiscount: order.amountDiscount,
      amountDue: order.amountDue,
      items: order.items.map(({ name, quantity, amount }) => ({ name, quantity, amount })),
      metadata: order.metadata,
    },
    // No nudge: what was ordered is fixed. It belongs to the cart; see decision 0054.
    offers: {
      applied: order.discounts.map((one) => ({ id: one.id, amount: one.amount, ...discountWords(one, language) })),
      optional: (presented?.optional ?? []).map((one) => optionalOffer(one, language)),
      nudge: null,
    },
    brand: wishOf(shop),
    ...(shop === null ? {} : { look: shop.look }),
    profile: { personalised: pageRequest.shopper.consent, lastItems },
    prefs: { language, elder },
  };
}

function optionalOffer(
  { id, saves, chosen, recommended, ...offer }: PresentedOffers["optional"][number],
  language: Language,
) {
  const { name, why } = discountWords({ ...offer, reason: null }, language);
  return { id, saves, chosen, name, why: recommended ? recommendedWords(why, language) : why };
}

function wishOf(shop: PageMerchant | null): PageBrandWish {
  const { name, logoUrl, color } = shop?.brand ?? {};
  return {
    ...(name === undefined ? {} : { name }),
    ...(logoUrl === undefined ? {} : { logoUrl }),
    ...(color === undefined ? {} : { color }),
  };
}
