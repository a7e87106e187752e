import { options } from "preact";
import type { ComponentType, ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { behaviourData } from "#components/pay/behaviour.tsx";
import { BrokenPage } from "#components/pay/broken-page.tsx";
import { PayLive, type PayLiveProps } from "#components/pay/pay-live.tsx";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import type { Container } from "#lib/http/container.ts";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { collectText } from "#lib/texts/collect.ts";
import { chooseLanguage, FULL_LANGUAGES, LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";
import { readCollectRequest } from "../../c/collect-request.ts";
import { CollectionPage, describeCode, readCode } from "../../c/collection-page.tsx";
import { type PageContext, pageContextOf } from "../context.ts";
import { readPayPageRequest, type SearchParams } from "../page-request.ts";
import { PayPage, visitOf } from "../pay-page.tsx";
import { describePage, preparePayPage, readOrder } from "../prepare-pay-page.tsx";
import { Unavailable } from "../unavailable.tsx";
import { type LaneFiles, type LaneReader, type LaneScript, writeDocument } from "./document.ts";
import "./drawn-attributes.ts";
import { DATA_ID, ISLAND_ID, writeIsland } from "./island-data.ts";
import { LiveIsland } from "./live-island.tsx";

// Meant for React alone; Preact would write it into the page.
const before = options.vnode;
options.vnode = (vnode) => {
  const props = vnode.props as { suppressHydrationWarning?: boolean };
  if (props.suppressHydrationWarning !== undefined) delete props.suppressHydrationWarning;
  before?.(vnode);
};

export interface LaneCall {
  readonly pathname: string;
  readonly search: SearchParams;
  readonly headers: Pick<Headers, "get">;
}

export type LaneAnswer =
  | { readonly status: 307; readonly location: string }
  | { readonly status: 200 | 404 | 500 | 503; readonly html: string };

interface OpenLane {
  readonly container: Container;
  readonly context: PageContext;
  readonly files: LaneFiles;
}

const PAY_PAGE = /^\/pay\/([^/]+)$/;
const CODE_PAGE = /^\/c\/([^/]+)$/;

/** The pages of shoppers without Next: the same components, with little around them. */
export function openLane(container: Container, files: LaneFiles): (call: LaneCall) => Promise<LaneAnswer> {
  const lane = { container, context: pageContextOf(container), files };
  return async (call) => {
    const [orderId, code] = [PAY_PAGE, CODE_PAGE].map((form) => form.exec(call.pathname)?.[1]);
    try {
      if (orderId !== undefined) return await answerPayPage(lane, call, decodeURIComponent(orderId));
      if (code !== undefined) return await answerCodePage(lane, call, decodeURIComponent(code));
      return answerNothing(lane, call);
    } catch (cause) {
      container.log.error("page.failed", { path: call.pathname, cause });
      const reader = readerOf(call);
      return { status: 500, html: draw(lane, reader, { title: productIn(reader.language), page: <BrokenPage /> }) };
    }
  };
}

async function answerPayPage(lane: OpenLane, { search, headers }: LaneCall, orderId: string): Promise<LaneAnswer> {
  const { context, files } = lane;
  const pageRequest = readPayPageRequest(search, context, headers);
  const { language } = pageRequest;
  const visit = { context, pageRequest, read: await readOrder(context, orderId) };
  const [described, prepared] = await Promise.all([describePage(visit), preparePayPage(visit)]);
  switch (prepared.kind) {
    case "redirect":
      return { status: 307, location: prepared.address };
    case "missing": {
      const { missingTitle, missingHint } = payText(language);
      const page = <PlainMessage language={language} title={missingTitle} hint={missingHint} />;
      return { status: 404, html: draw(lane, pageRequest, { ...described, page }) };
    }
    case "unavailable": {
      const page = <Unavailable pageRequest={pageRequest} orderId={orderId} />;
      return { status: 503, html: draw(lane, pageRequest, { ...described, page }) };
    }
    default: {
      const page = <PayPage {...prepared.page} Live={LIVE.get(language) ?? PayLive} hasBehaviour />;
      const data = prepared.page.payable ? behaviourData(visitOf(prepared.page)) : {};
      const script = { src: files.scripts[language] ?? "", ...data };
      return { status: 200, html: draw(lane, pageRequest, { ...described, page, script }) };
    }
  }
}

async function answerCodePage(lane: OpenLane, { search, headers }: LaneCall, code: string): Promise<LaneAnswer> {
  const { container, context } = lane;
  const pageRequest = readCollectRequest(search, headers);
  const { language } = pageRequest;
  const read = await readCode(container.collection, code);
  const visit = { context, pageRequest, read };
  const title = await describeCode(visit);
  if (read.kind === "missing") {
    const { missingTitle, missingHint } = collectText(language);
    const page = <PlainMessage language={language} title={missingTitle} hint={missingHint} />;
    return { status: 404, html: draw(lane, pageRequest, { title, page }) };
  }
  const merchant = read.kind === "found" ? await context.merchant() : null;
  const page = <CollectionPage {...visit} read={read} merchant={merchant} />;
  const status = read.kind === "found" ? 200 : 503;
  return { status, html: draw(lane, pageRequest, { title, page }) };
}

/** Below the pages of shoppers, at an address where there is nothing; app/not-found.tsx says the same. */
function answerNothing(lane: OpenLane, call: LaneCall): LaneAnswer {
  const reader = readerOf(call);
  const language = chooseLanguage(undefined, call.headers.get("accept-language"), FULL_LANGUAGES);
  const { missing } = payText(language);
  const page = <PlainMessage language={language} title={missing.title} hint={missing.hint} />;
  return { status: 404, html: draw(lane, reader, { title: productIn(reader.language), page }) };
}

function readerOf({ headers }: LaneCall): LaneReader {
  const prefs = readPagePrefs(headers);
  return {
    language: chooseLanguage(prefs.language, headers.get("accept-language")),
    elder: prefs.elder === true,
    nonce: undefined,
  };
}

const productIn = (language: Language): string => textsIn(language).about.product;

interface DrawnPage {
  readonly title: string;
  readonly description?: string;
  readonly page: ReactNode;
  /** Takes the page over in the browser; absent where nothing on it changes. */
  readonly script?: LaneScript;
}

const draw = ({ files }: OpenLane, reader: LaneReader, { page, ...described }: DrawnPage): string =>
  writeDocument({ reader, style: files.style, ...described, body: renderToStaticMarkup(page) });

/** The live part, and beside it what the browser needs to take it over: its script has the words of its language. */
const liveIn = (language: Language): ComponentType<PayLiveProps> =>
  function Live({ heading, stage, details, bar, ...data }) {
    const slots = { heading: drawn(heading), stage: drawn(stage), details: drawn(details), bar: drawn(bar) };
    const html = renderToStaticMarkup(<LiveIsland data={data} slots={slots} />);
    const island = { data: { ...data, words: otherWords(data.words, payText(language).live) }, slots };
    return (
      <>
        <div className="contents" id={ISLAND_ID} dangerouslySetInnerHTML={{ __html: html }} />
        <script type="application/json" id={DATA_ID} dangerouslySetInnerHTML={{ __html: writeIsland(island, html) }} />
      </>
    );
  };

const LIVE = new Map(LANGUAGES.map((language) => [language, liveIn(language)] as const));

type LiveWords = PayLiveProps["words"];

const otherWords = (words: LiveWords, usual: LiveWords): Partial<LiveWords> =>
  words === usual
    ? {}
    : Object.fromEntries(Object.entries(words).filter(([name, text]) => usual[name as keyof LiveWords] !== text));

const drawn = (node: ReactNode): string | null => (node === null ? null : renderToStaticMarkup(node));
