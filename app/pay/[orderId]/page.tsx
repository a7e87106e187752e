import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { markUnavailable } from "#lib/http/next-call.ts";
import { openPageContext } from "../context.ts";
import { readPayPageRequest, type SearchParams } from "../page-request.ts";
import { PayPage } from "../pay-page.tsx";
import { describePage, preparePayPage, readOrder } from "../prepare-pay-page.tsx";
import { Unavailable } from "../unavailable.tsx";

interface PayRouteProps {
  readonly params: Promise<{ orderId: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata(props: PayRouteProps): Promise<Metadata> {
  return { ...(await describePage(await readVisit(props))), robots: { index: false, follow: false } };
}

/** The pay page under Next; our own web process draws the same one in its page lane (../lane). */
export default async function Page(props: PayRouteProps) {
  const { orderId } = await props.params;
  const visit = await readVisit(props);
  const prepared = await preparePayPage(visit);
  if (prepared.kind === "missing") notFound();
  if (prepared.kind === "redirect") redirect(prepared.address);
  if (prepared.kind === "unavailable") {
    markUnavailable();
    return <Unavailable pageRequest={visit.pageRequest} orderId={orderId} />;
  }
  return <PayPage {...prepared.page} />;
}

async function readVisit({ params, searchParams }: PayRouteProps) {
  const { orderId } = await params;
  const context = await openPageContext();
  const pageRequest = readPayPageRequest(await searchParams, context, await headers());
  return { context, pageRequest, read: await readOnce(orderId) };
}

/** Title and page ask for the same order: one question for both. */
const readOnce = cache(async (orderId: string) => readOrder(await openPageContext(), orderId));
