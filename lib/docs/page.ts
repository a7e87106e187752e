import { FULL_LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { type Guide, guidesIn } from "./guides.ts";
import { escaped } from "./render-markdown.ts";
import { DOCS_SCRIPT, DOCS_STYLE, digestOf } from "./style.ts";

export interface DocsPage {
  readonly html: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
}

/** How a page was reached: `/docs/<language>/…` keeps the language in its links, `/docs/…` leaves it to the reader's browser. */
export interface DocsReader {
  readonly language: Language;
  readonly fixed: boolean;
}

/** A page that is no guide. */
export const REFERENCE = "reference";
const MISSING = "missing";

interface PageParts {
  readonly reader: DocsReader;
  readonly title: string;
  readonly description?: string;
  /** As HTML, as is `aside`. */
  readonly main: string;
  readonly aside?: string;
  /** What else stands in the list at the side, as HTML. */
  readonly side?: string;
  /** The guide that is shown, `REFERENCE` or none. */
  readonly current: string;
  readonly extra?: PageExtra;
}

/** What a page needs besides what all have. */
interface PageExtra {
  /** Addresses of ours. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  readonly style: string;
  readonly script: string;
}

const PAGE_POLICY = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

/** A page of the documentation around its main part: top bar, list of guides, contents. */
export async function docsPage(parts: PageParts): Promise<DocsPage> {
  const { reader, title, description = "", main, aside = "", side = "", current, extra } = parts;
  const { language } = reader;
  const { docs, about } = textsIn(language);
  const guides = await guidesIn(language);
  const list = guideList(guides, reader, current) + side;
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)} · ${about.product}</title>
${description === "" ? "" : `<meta name="description" content="${escaped(description)}">`}${alternates(current)}
<meta name="robots" content="noindex"><link rel="icon" href="/icon.svg" type="image/svg+xml">${linked(extra)}<style>${styleOf(extra)}</style></head>
<body data-copied="${docs.copied}"><a class="skip" href="#content">${docs.skip}</a>${topBar(reader, guides, current)}
<div class="frame${current === REFERENCE ? " broad" : ""}"><details class="fold all"><summary>${docs.contents}</summary><nav aria-label="${docs.contents}">${list}</nav></details>
<nav class="side" aria-label="${docs.guides}">${list}</nav>
<main id="content" tabindex="-1">${main}</main>
${aside === "" ? "" : `<nav class="toc" aria-label="${docs.onThisPage}">${aside}</nav>`}</div>
<p class="told" role="status"></p><script>${scriptOf(extra)}</script></body></html>`;
  return { html, policy: policyOf(extra) };
}

/** What is said at an address that has no page. */
export async function missingPage(reader: DocsReader): Promise<DocsPage> {
  const { docs } = textsIn(reader.language);
  const list = guideList(await guidesIn(reader.language), reader, MISSING);
  const main = `<h1>${docs.notFoundTitle}</h1><p class="lead">${docs.notFoundHint}</p>${list}`;
  return docsPage({ reader, main, title: docs.notFoundTitle, current: MISSING });
}

const styleOf = (extra: PageExtra | undefined): string => DOCS_STYLE + (extra?.style ?? "");
const scriptOf = (extra: PageExtra | undefined): string => DOCS_SCRIPT + (extra?.script ?? "");
const own = (files: readonly string[] | undefined): string => (files === undefined ? "" : "'self' ");

/** What is inline is allowed by its digest, so that browsers may keep the page. */
function policyOf(extra: PageExtra | undefined): string {
  return [
    "default-src 'none'",
    `style-src ${own(extra?.styles)}${digestOf(styleOf(extra))}`,
    `script-src ${own(extra?.scripts)}${digestOf(scriptOf(extra))}`,
    `img-src 'self'${extra === undefined ? "" : " data:"}`,
    ...(extra === undefined ? [] : ["connect-src 'self'"]),
    ...PAGE_POLICY,
  ].join("; ");
}

const linked = (extra: PageExtra | undefined): string =>
  [
    ...(extra?.styles ?? []).map((href) => `<link rel="stylesheet" href="${href}">`),
    ...(extra?.scripts ?? []).map((src) => `<script src="${src}" defer></script>`),
  ].join("");

export const addressIn = ({ language, fixed }: DocsReader, slug: string): string => {
  const folder = fixed ? `/docs/${language}` : "/docs";
  return slug === REFERENCE ? folder : `${folder}/${slug}`;
};

function topBar(reader: DocsReader, guides: readonly Guide[], current: string): string {
  const { docs, about } = textsIn(reader.language);
  const first = guides[0]?.slug ?? REFERENCE;
  const others = FULL_LANGUAGES.filter((language) => language !== reader.language).map((language) => {
    const address = addressIn({ language, fixed: true }, current === MISSING ? first : current);
    return `<a class="other" href="${address}" hreflang="${language}" lang="${language}">${textsIn(language).about.name}</a>`;
  });
  const isReference = current === REFERENCE;
  const link = (slug: string, name: string, isHere: boolean) =>
    `<a href="${addressIn(reader, slug)}"${isHere ? ' aria-current="true"' : ""}>${name}</a>`;
  return `<header class="top"><div><a class="brand" href="${addressIn(reader, REFERENCE)}"><i></i>${about.product} <span>${docs.name}</span></a>
<nav aria-label="${docs.name}">${link(first, docs.guides, !isReference && current !== MISSING)}
${link(REFERENCE, docs.reference, isReference)}${others.join("")}</nav></div></header>`;
}

function guideList(guides: readonly Guide[], reader: DocsReader, current: string): string {
  const items = guides.map(
    ({ slug, title }) =>
      `<li><a href="${addressIn(reader, slug)}"${slug === current ? ' aria-current="page"' : ""}>${escaped(title)}</a></li>`,
  );
  return `<p class="label">${textsIn(reader.language).docs.guides}</p><ul class="list">${items.join("")}</ul>`;
}

/** Where the same is in each language. */
const alternates = (current: string): string =>
  current === MISSING
    ? ""
    : FULL_LANGUAGES.map(
        (language) =>
          `<link rel="alternate" hreflang="${language}" href="${addressIn({ language, fixed: true }, current)}">`,
      ).join("");
