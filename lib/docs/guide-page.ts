import { textsIn } from "#lib/texts/language.ts";
import { type Guide, guidesIn } from "./guides.ts";
import { addressIn, type DocsPage, type DocsReader, docsPage } from "./page.ts";
import { escaped, type Heading, renderMarkdown } from "./render-markdown.ts";

/** A guide as a page: its text, what is on it, and the ones before and after it. */
export async function guidePage(guide: Guide, reader: DocsReader): Promise<DocsPage> {
  const { docs } = textsIn(guide.language);
  const { html, headings } = renderMarkdown(guide.markdown, docs);
  const [head, body] = splitAfterSummary(html);
  const here = headings.filter(({ depth }) => depth <= 3);
  const contents = here.length < 2 ? "" : contentsList(here);
  const folded =
    contents === ""
      ? ""
      : `<details class="fold here"><summary>${docs.onThisPage}</summary><nav aria-label="${docs.onThisPage}">${contents}</nav></details>`;
  const main = `<article>${head}${folded}${body}</article>${await turnPages(guide, reader)}
<p class="source"><a href="/docs/${guide.language}/${guide.slug}.md">${docs.asMarkdown}</a></p>`;
  return docsPage({
    ...{ reader, main, title: guide.title, description: guide.summary, current: guide.slug },
    aside: contents === "" ? "" : `<p class="label">${docs.onThisPage}</p>${contents}`,
  });
}

const contentsList = (headings: readonly Heading[]): string => {
  const items = headings.map(
    ({ depth, id, html }) => `<li${depth > 2 ? ' class="deeper"' : ""}><a href="#${id}">${html}</a></li>`,
  );
  return `<ul class="list">${items.join("")}</ul>`;
};

async function turnPages(guide: Guide, reader: DocsReader): Promise<string> {
  const { docs } = textsIn(reader.language);
  const guides = await guidesIn(guide.language);
  const at = guides.findIndex(({ slug }) => slug === guide.slug);
  const link = (to: Guide | undefined, kind: "previous" | "next") =>
    to === undefined
      ? ""
      : `<a class="${kind}" rel="${kind === "next" ? "next" : "prev"}" href="${addressIn(reader, to.slug)}"><small>${docs[kind]}</small>${escaped(to.title)}</a>`;
  const links = link(guides[at - 1], "previous") + link(guides[at + 1], "next");
  return links === "" ? "" : `<nav class="turn" aria-label="${docs.previous} / ${docs.next}">${links}</nav>`;
}

/** Title and summary, then the rest. */
function splitAfterSummary(html: string): [head: string, body: string] {
  const mark = "</p>";
  const end = html.indexOf(mark) + mark.length;
  return [html.slice(0, end).replace("<p>", '<p class="lead">'), html.slice(end)];
}
