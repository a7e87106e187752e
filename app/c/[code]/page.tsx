import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { cache } from "react";
import { markUnavailable } from "#lib/http/next-call.ts";
import { openContainer } from "../../container.ts";
import { openPageContext } from "../../pay/context.ts";
import type { SearchParams } from "../../pay/page-request.ts";
import { readCollectRequest } from "../collect-request.ts";
import { CollectionPage, describeCode, readCode } from "../collection-page.tsx";

interface CodeRouteProps {
  readonly params: Promise<{ code: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata(props: CodeRouteProps): Promise<Metadata> {
  return { title: await describeCode(await readVisit(props)), robots: { index: false, follow: false } };
}

/** The page of a collection code under Next; our own web process draws the same one in its page lane (app/pay/lane). */
export default async function Page(props: CodeRouteProps) {
  const { context, pageRequest, read } = await readVisit(props);
  if (read.kind === "missing") notFound();
  if (read.kind === "unavailable") markUnavailable();
  const merchant = read.kind === "found" ? await context.merchant() : null;
  return <CollectionPage context={context} pageRequest={pageRequest} read={read} merchant={merchant} />;
}

async function readVisit({ params, searchParams }: CodeRouteProps) {
  const pageRequest = readCollectRequest(await searchParams, await headers());
  return { context: await openPageContext(), pageRequest, read: await readOnce((await params).code) };
}

/** Title and page ask for the same code: one question for both. */
const readOnce = cache(async (code: string) => readCode((await openContainer()).collection, code));
