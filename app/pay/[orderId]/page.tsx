import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { pageTitle } from "#components/pay/aftermath.ts";
import { PlainPage } from "#components/pay/plain-page.tsx";
import { Trouble } from "#components/pay/trouble.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import type { OrderStatusView, OrderView } from "#lib/contract/order.ts";
import { textsIn } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";
import { codeEntryOf } from "../code-entry-of.tsx";
import { openPageContext, type PageContext } from "../context.ts";
import { type PayPageRequest, readPayPageRequest, type SearchParams } from "../page-request.ts";
import { PayPage } from "../pay-page.tsx";
import { planPayPage } from "../plan-pay-page.ts";
import { presentOffers } from "../present-offers.ts";

interface PayRouteProps {
  readonly params: Promise<{ orderId: string }>;
  readonly searchParams: Promise<SearchParams>;
}

/** The title that a browser tab and a link preview show: how much, to whom, and once it has ended how. */
export async function generateMetadata({ params, searchParams }: PayRouteProps): Promise<Metadata> {
  const { orderId } = await params;
  const context = await openPageContext();
  const { language, returned } = await readPayPageRequest(await searchParams, context);
  const read = await readOrder(orderId);
  const robots = { index: false, follow: false };
  const { product } = textsIn(language).about;
  if (read.kind !== "found") return { title: product, robots };
  const shop = await context.merchant().catch(() => null);
  const to = shop === null ? product : (shop.brand?.name ?? shop.name);
  return {
    title: pageTitle(read.order, { shop: to, language, returned }),
    description: read.order.description,
    robots,
  };
}

/** The pay page: complete in its first HTML; scripts only keep it true while one looks at it. */
export default async function Page({ params, searchParams }: PayRouteProps) {
  const { orderId } = await params;
  const context = await openPageContext();
  const pageRequest = await readPayPageRequest(await searchParams, context);
  const read = await readOrder(orderId);
  if (read.kind === "missing") notFound();
  if (read.kind === "unavailable") return <Unavailable pageRequest={pageRequest} orderId={orderId} />;
  const openid = await context.readOpenid(pageRequest.headers);
  if (read.status.status === "pending") await fetchOpenid({ context, pageRequest, order: read.order, openid });
  const { order, status, presented } = await presentOffers({ context, pageRequest, read });
  const plan = await planPayPage({ context, pageRequest, order, openid, presented });
  if (status.status === "pending" && !pageRequest.onlyLooking) context.notePlan(order.id, plan);
  const codeEntry = await codeEntryOf({ context, pageRequest, order, presented });
  return (
    <PayPage
      {...{ context, pageRequest, plan, order, status, openid, codeEntry }}
      personal={presented?.personalised ?? false}
    />
  );
}

/** WeChat tells who the shopper is in a silent round trip; it is made once, and never twice for one visit. */
async function fetchOpenid(props: {
  context: PageContext;
  pageRequest: PayPageRequest;
  order: OrderView;
  openid: string | null;
}): Promise<void> {
  const { context, pageRequest, order, openid } = props;
  const needed = pageRequest.agent.channel === "jsapi" && (pageRequest.chosenWay ?? "jsapi") === "jsapi";
  if (!needed || openid !== null || pageRequest.oauthFailed) return;
  const address = await context.openidUrl(order.id, pageRequest.askedLanguage);
  if (address !== null) redirect(address);
}

type ReadOrder =
  | { readonly kind: "found"; readonly order: OrderView; readonly status: OrderStatusView }
  | { readonly kind: "missing" }
  | { readonly kind: "unavailable" };

/** Title and page ask for the same order: one question for both. */
const readOrder = cache(async (orderId: string): Promise<ReadOrder> => {
  try {
    const { payments } = await openPageContext();
    const [order, status] = await Promise.all([payments.order(orderId), payments.status(orderId)]);
    return status === null ? { kind: "missing" } : { kind: "found", order, status };
  } catch (cause) {
    if (isAppError(cause) && (cause.code === "not_found" || cause.code === "invalid_request"))
      return { kind: "missing" };
    // An error page needs scripts to show itself; this one does not.
    if (isAppError(cause) && cause.code !== "internal") return { kind: "unavailable" };
    throw cause;
  }
});

function Unavailable({ pageRequest, orderId }: { pageRequest: PayPageRequest; orderId: string }) {
  const text = payText(pageRequest.language);
  return (
    <PlainPage language={pageRequest.language}>
      <Trouble
        title={text.unavailableTitle}
        hint={text.unavailableHint}
        retry={{ label: text.retry, href: pageRequest.address(orderId) }}
      />
    </PlainPage>
  );
}
