import { FULL_LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { type Guide, guidesIn } from "./guides.ts";
import { escaped, type Heading, renderMarkdown } from "./render-markdown.ts";
import { DOCS_SCRIPT, DOCS_STYLE, digestOf } from "./style.ts";

export interface DocsPage {
  readonly html: string;
  readonly policy: string;
}

/** How a page was reached: `/docs/<language>/…` keeps the language in its links, `/docs/…` leaves it to the reader's browser. */
export interface DocsReader {
  readonly language: Language;
  readonly fixed: boolean;
}

/** A page of a guide. */
export async function guidePage(guide: Guide, reader: DocsReader): Promise<DocsPage> {
  const { docs } = textsIn(guide.language);
  const { html, headings } = renderMarkdown(guide.markdown, docs);
  const [head = "", body = ""] = splitAfterSummary(html);
  const here = headings.filter(({ depth }) => depth <= 3);
  const guides = await guidesIn(guide.language);
  const at = guides.findIndex(({ slug }) => slug === guide.slug);
  const contents = here.length < 2 ? "" : contentsList(here);
  const folded =
    contents === ""
      ? ""
      : `<details class="fold here"><summary>${docs.onThisPage}</summary><nav aria-label="${docs.onThisPage}">${contents}</nav></details>`;
  const main = `<article>${head}${folded}${body}</article>${turnPages(guides[at - 1], guides[at + 1], reader)}
<p class="source"><a href="/docs/${guide.language}/${guide.slug}.md">${docs.asMarkdown}</a></p>`;
  return docsPage({
    ...{ reader, guides, main, title: guide.title, description: guide.summary },
    aside: contents === "" ? "" : `<p class="label">${docs.onThisPage}</p>${contents}`,
    current: guide.slug,
  });
}

/** What is said at an address that has no page. */
export async function missingPage(reader: DocsReader): Promise<DocsPage> {
  const { docs } = textsIn(reader.language);
  const guides = await guidesIn(reader.language);
  const main = `<h1>${docs.notFoundTitle}</h1><p class="lead">${docs.notFoundHint}</p>${guideList(guides, reader, "")}`;
  return docsPage({ reader, guides, main, title: docs.notFoundTitle, description: "", aside: "", current: "" });
}

interface PageParts {
  readonly reader: DocsReader;
  readonly guides: readonly Guide[];
  readonly title: string;
  readonly description: string;
  /** As HTML, as is `aside`. */
  readonly main: string;
  readonly aside: string;
  /** The guide that is shown, or none. */
  readonly current: string;
}

function docsPage({ reader, guides, title, description, main, aside, current }: PageParts): DocsPage {
  const { language } = reader;
  const { docs, about } = textsIn(language);
  const list = guideList(guides, reader, current);
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)} · ${about.product}</title>
${description === "" ? "" : `<meta name="description" content="${escaped(description)}">`}${alternates(current)}
<meta name="robots" content="noindex"><link rel="icon" href="/icon.svg" type="image/svg+xml"><style>${DOCS_STYLE}</style></head>
<body data-copied="${docs.copied}"><a class="skip" href="#content">${docs.skip}</a>${topBar(reader, guides, current)}
<div class="frame"><details class="fold all"><summary>${docs.allGuides}</summary><nav aria-label="${docs.allGuides}">${list}</nav></details>
<nav class="side" aria-label="${docs.guides}"><p class="label">${docs.guides}</p>${list}</nav>
<main id="content" tabindex="-1">${main}</main>
${aside === "" ? "" : `<nav class="toc" aria-label="${docs.onThisPage}">${aside}</nav>`}</div>
<p class="told" role="status"></p><script>${DOCS_SCRIPT}</script></body></html>`;
  return { html, policy: POLICY };
}

const POLICY = [
  "default-src 'none'",
  `style-src ${digestOf(DOCS_STYLE)}`,
  `script-src ${digestOf(DOCS_SCRIPT)}`,
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const addressIn = ({ language, fixed }: DocsReader, slug: string): string =>
  fixed ? `/docs/${language}/${slug}` : `/docs/${slug}`;

function topBar(reader: DocsReader, guides: readonly Guide[], current: string): string {
  const { docs, about } = textsIn(reader.language);
  const first = guides[0]?.slug ?? "";
  const others = FULL_LANGUAGES.filter((language) => language !== reader.language).map((language) => {
    const { name } = textsIn(language).about;
    const slug = current === "" ? first : current;
    return `<a class="other" href="/docs/${language}/${slug}" hreflang="${language}" lang="${language}">${name}</a>`;
  });
  return `<header class="top"><div><a class="brand" href="/docs"><i></i>${about.product} <span>${docs.name}</span></a>
<nav aria-label="${docs.name}"><a href="${addressIn(reader, first)}"${current === "" ? "" : ' aria-current="true"'}>${docs.guides}</a>
<a href="/docs">${docs.reference}</a>${others.join("")}</nav></div></header>`;
}

const guideList = (guides: readonly Guide[], reader: DocsReader, current: string): string => {
  const items = guides.map(
    ({ slug, title }) =>
      `<li><a href="${addressIn(reader, slug)}"${slug === current ? ' aria-current="page"' : ""}>${escaped(title)}</a></li>`,
  );
  return `<ul class="list">${items.join("")}</ul>`;
};

const contentsList = (headings: readonly Heading[]): string => {
  const items = headings.map(
    ({ depth, id, html }) => `<li${depth > 2 ? ' class="deeper"' : ""}><a href="#${id}">${html}</a></li>`,
  );
  return `<ul class="list">${items.join("")}</ul>`;
};

function turnPages(before: Guide | undefined, after: Guide | undefined, reader: DocsReader): string {
  if (before === undefined && after === undefined) return "";
  const { docs } = textsIn(reader.language);
  const link = (guide: Guide | undefined, kind: "previous" | "next") =>
    guide === undefined
      ? ""
      : `<a class="${kind}" rel="${kind === "next" ? "next" : "prev"}" href="${addressIn(reader, guide.slug)}"><small>${docs[kind]}</small>${escaped(guide.title)}</a>`;
  return `<nav class="turn" aria-label="${docs.previous} / ${docs.next}">${link(before, "previous")}${link(after, "next")}</nav>`;
}

/** Where the same is in each language, for search engines and readers of feeds. */
const alternates = (slug: string): string =>
  slug === ""
    ? ""
    : FULL_LANGUAGES.map(
        (language) => `<link rel="alternate" hreflang="${language}" href="/docs/${language}/${slug}">`,
      ).join("");

/** Title and summary, then the rest. */
function splitAfterSummary(html: string): [head: string, body: string] {
  const mark = "</p>";
  const end = html.indexOf(mark) + mark.length;
  return [html.slice(0, end).replace("<p>", '<p class="lead">'), html.slice(end)];
}
