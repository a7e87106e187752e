import type { ReactNode } from "react";
import { pageTitle } from "#components/pay/aftermath.ts";
import { isAppError } from "#lib/base/app-error.ts";
import type { OpenedPage } from "#lib/payment/index.ts";
import { textsIn } from "#lib/texts/language.ts";
import { type PayText, payTextFor } from "#lib/texts/pay.ts";
import { codeEntryOf } from "./code-entry-of.tsx";
import type { PageContext } from "./context.ts";
import { mayOrderAgain, OrderAgain } from "./order-again.tsx";
import type { PayPageRequest } from "./page-request.ts";
import type { PayPageProps } from "./pay-page.tsx";
import { planPayPage } from "./plan-pay-page.ts";
import { presentOffers } from "./present-offers.ts";
import { NOTHING_TO_DO, setStage, subRoute } from "./set-stage.tsx";

export type ReadOrder =
  | ({ readonly kind: "found" } & OpenedPage)
  | { readonly kind: "missing" }
  | { readonly kind: "unavailable" };

/** What a visit gets: the page, an answer without one, or first a round trip to WeChat. */
export type PreparedPage =
  | { readonly kind: "page"; readonly page: PayPageProps }
  | { readonly kind: "redirect"; readonly address: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unavailable" };

interface OpenedVisit {
  readonly context: PageContext;
  readonly pageRequest: PayPageRequest;
  readonly read: ReadOrder;
}

export async function readOrder({ payments }: Pick<PageContext, "payments">, orderId: string): Promise<ReadOrder> {
  try {
    const opened = await payments.openPage(orderId);
    return opened === null ? { kind: "missing" } : { kind: "found", ...opened };
  } catch (cause) {
    // An error page needs scripts to show itself; this one does not.
    if (isAppError(cause) && cause.code !== "internal") return { kind: "unavailable" };
    throw cause;
  }
}

/** All that the page waits for: the offers, its plan, and the trade. What it then shows is drawn without waiting. */
export async function preparePayPage(visit: OpenedVisit): Promise<PreparedPage> {
  if (visit.read.kind !== "found") return visit.read;
  try {
    return await prepareFound({ ...visit, read: visit.read });
  } catch (cause) {
    // The database went away after the order was read.
    if (isAppError(cause) && cause.code === "unavailable") return { kind: "unavailable" };
    throw cause;
  }
}

interface FoundVisit extends OpenedVisit {
  readonly read: Extract<ReadOrder, { kind: "found" }>;
}

async function prepareFound({ context, pageRequest, read }: FoundVisit): Promise<PreparedPage> {
  const openid = await context.readOpenid(pageRequest.headers);
  const isAsked = read.status.status === "pending" && openid === null;
  const address = isAsked ? await openidAddress({ context, pageRequest, read }, read.order.id) : null;
  if (address !== null) return { kind: "redirect", address };
  const { order, status, snapshot, presented } = await presentOffers({ context, pageRequest, read });
  const plan = await planPayPage({ context, pageRequest, order, openid, presented });
  if (status.status === "pending" && !pageRequest.onlyLooking) context.notePlan(order.id, plan);
  const remainingMs = Math.max(0, Date.parse(status.expiresAt) - context.now());
  const payable = status.status === "pending" && remainingMs > 0;
  const text = payTextFor(plan.scene, plan.language);
  const set = payable
    ? await setStage({ context, pageRequest, plan, order, snapshot, openid, text })
    : { ...NOTHING_TO_DO, bar: await againBar({ context, pageRequest, read }, text) };
  const personal = presented?.personalised ?? false;
  const codeEntry = await codeEntryOf({ context, pageRequest, order, presented });
  return {
    kind: "page",
    page: { context, pageRequest, plan, order, status, personal, codeEntry, payable, remainingMs, text, set },
  };
}

/** What the page of a closed order has instead of a way to pay it. */
async function againBar(
  { context, pageRequest, read: { order } }: FoundVisit,
  text: PayText,
): Promise<ReactNode | null> {
  if (order.status !== "closed" || pageRequest.agent.channel === "none") return null;
  if (!(await mayOrderAgain(context, order))) return null;
  const action = subRoute(pageRequest, order, "again");
  return <OrderAgain action={action} text={text} trouble={pageRequest.trouble} />;
}

/** WeChat tells who the shopper is in a silent round trip; it is made once, and never twice for one visit. */
async function openidAddress({ context, pageRequest }: OpenedVisit, orderId: string): Promise<string | null> {
  const needed = pageRequest.agent.channel === "jsapi" && (pageRequest.chosenWay ?? "jsapi") === "jsapi";
  if (!needed || pageRequest.oauthFailed) return null;
  return context.openidUrl(orderId, pageRequest.askedLanguage);
}

/** The title that a browser tab and a link preview show: how much, to whom, and once it has ended how. */
export async function describePage({ context, pageRequest, read }: OpenedVisit): Promise<{
  readonly title: string;
  readonly description?: string;
}> {
  const { language, returned } = pageRequest;
  const { product } = textsIn(language).about;
  if (read.kind !== "found") return { title: product };
  const shop = await context.merchant().catch(() => null);
  const to = shop === null ? product : (shop.brand?.name ?? shop.name);
  return { title: pageTitle(read.order, { shop: to, language, returned }), description: read.order.description };
}
