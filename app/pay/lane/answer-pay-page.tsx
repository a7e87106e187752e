import { options } from "preact";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { BrokenPage } from "#components/pay/broken-page.tsx";
import type { PayLiveProps } from "#components/pay/pay-live.tsx";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import type { Container } from "#lib/http/container.ts";
import { textsIn } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";
import { pageContextOf } from "../context.ts";
import { type PayPageRequest, readPayPageRequest, type SearchParams } from "../page-request.ts";
import { PayPage } from "../pay-page.tsx";
import { describePage, preparePayPage, readOrder } from "../prepare-pay-page.tsx";
import { Unavailable } from "../unavailable.tsx";
import { LaneDocument, type LaneFiles } from "./document.tsx";
import { DATA_ID, ISLAND_ID, writeIsland } from "./island-data.ts";
import { LiveIsland } from "./live-island.tsx";

// Meant for React alone; Preact would write it into the page.
const before = options.vnode;
options.vnode = (vnode) => {
  delete (vnode.props as { suppressHydrationWarning?: boolean }).suppressHydrationWarning;
  before?.(vnode);
};

export interface LaneCall {
  readonly orderId: string;
  readonly search: SearchParams;
  readonly headers: Pick<Headers, "get">;
}

export type LaneAnswer =
  | { readonly status: 307; readonly location: string }
  | { readonly status: 200 | 404 | 500 | 503; readonly html: string };

/** The pay page without Next: the same components, with little around them. */
export function payPageLane(container: Container, files: LaneFiles): (call: LaneCall) => Promise<LaneAnswer> {
  const context = pageContextOf(container);
  return async ({ orderId, search, headers }) => {
    const pageRequest = readPayPageRequest(search, context, headers);
    const page = (node: ReactNode, described: DescribedPage) =>
      `<!DOCTYPE html>${renderToStaticMarkup(<LaneDocument {...{ pageRequest, files, ...described }}>{node}</LaneDocument>)}`;
    try {
      const visit = { context, pageRequest, read: await readOrder(context, orderId) };
      const [described, prepared] = await Promise.all([describePage(visit), preparePayPage(visit)]);
      switch (prepared.kind) {
        case "redirect":
          return { status: 307, location: prepared.address };
        case "missing":
          return { status: 404, html: page(<Missing language={pageRequest.language} />, described) };
        case "unavailable":
          return { status: 503, html: page(<Unavailable pageRequest={pageRequest} orderId={orderId} />, described) };
        default:
          return { status: 200, html: page(<PayPage {...prepared.page} Live={Live} />, described) };
      }
    } catch (cause) {
      container.log.error("page.failed", { orderId, cause });
      return { status: 500, html: page(<BrokenPage />, { title: textsIn(pageRequest.language).about.product }) };
    }
  };
}

type DescribedPage = Awaited<ReturnType<typeof describePage>>;

function Missing({ language }: Pick<PayPageRequest, "language">) {
  const { missingTitle, missingHint } = payText(language);
  return <PlainMessage language={language} title={missingTitle} hint={missingHint} />;
}

/** The live part, and beside it what the browser needs to take it over. */
function Live({ heading, stage, details, bar, ...data }: PayLiveProps) {
  const island = {
    data,
    slots: { heading: drawn(heading), stage: drawn(stage), details: drawn(details), bar: drawn(bar) },
  };
  const html = renderToStaticMarkup(<LiveIsland {...island} />);
  return (
    <>
      <div className="contents" id={ISLAND_ID} dangerouslySetInnerHTML={{ __html: html }} />
      <script type="application/json" id={DATA_ID} dangerouslySetInnerHTML={{ __html: writeIsland(island, html) }} />
    </>
  );
}

const drawn = (node: ReactNode): string | null => (node === null ? null : renderToStaticMarkup(node));
