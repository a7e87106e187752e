import { Marked, type Tokens } from "marked";

export interface Heading {
  readonly depth: number;
  readonly id: string;
  /** As HTML. */
  readonly html: string;
}

export interface Rendered {
  readonly html: string;
  /** All but the title. */
  readonly headings: readonly Heading[];
}

/** What the renderer says itself. */
export interface MarkdownWords {
  readonly copy: string;
  readonly table: string;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (each) => ENTITIES[each] ?? each);

/**
 * Markdown as HTML. HTML in it is shown as text (comments are left out), links to other guides lose their `.md`, and only links
 * of the web and of our own pages are links.
 */
export function renderMarkdown(markdown: string, words: MarkdownWords): Rendered {
  const headings: Heading[] = [];
  const ids = new Map<string, number>();
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text }) => (/^\s*<!--[\s\S]*-->\s*$/.test(text) ? "" : escaped(text)),
      heading({ tokens, depth, text }) {
        const html = this.parser.parseInline(tokens);
        const id = uniqueId(text, ids);
        if (depth === 1) return `<h1>${html}</h1>\n`;
        headings.push({ depth, id, html: html.replaceAll(/<\/?a\b[^>]*>/g, "") });
        return `<h${depth} id="${id}"><a href="#${id}">${html}</a></h${depth}>\n`;
      },
      code: (token) => codeBlock(token, words),
      table(token) {
        const names = token.header.map(({ text }) => plain(text));
        const inner = ({ tokens }: Tokens.TableCell) => this.parser.parseInline(tokens);
        const head = token.header.map((cell) => columnHead(inner(cell))).join("");
        const rows = token.rows.map((row) => {
          const cells = row.map((cell, at) => `<td role="cell"${labelled(names[at])}>${inner(cell)}</td>`);
          return `<tr role="row">${cells.join("")}</tr>`;
        });
        const table = `<table role="table"><thead><tr role="row">${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
        return `<div class="wide" role="group" tabindex="0" aria-label="${escaped(words.table)}">${table}</div>\n`;
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens);
        const address = addressOf(href);
        return address === null ? html : `<a href="${escaped(address)}">${html}</a>`;
      },
      image: ({ text }) => escaped(text),
    },
  });
  return { html: marked.parse(markdown, { async: false }), headings };
}

/** On a phone each cell stands under the name of its column; the roles keep that a table for who listens to it. */
const labelled = (name = ""): string => (name === "" ? "" : ` data-label="${escaped(name)}"`);
/** A column without a name has no heading. */
const columnHead = (html: string): string =>
  html === "" ? '<td role="cell"></td>' : `<th role="columnheader">${html}</th>`;
const plain = (text: string): string => text.replaceAll(/[`*]/g, "").trim();

/** The button appears where scripts run; it stands over the block, so that nothing moves. */
function codeBlock({ text, lang }: Tokens.Code, { copy }: MarkdownWords): string {
  const [language = ""] = (lang ?? "").split(/\s/);
  const named = /^[\w+-]+$/.test(language) ? ` data-language="${language}"` : "";
  return `<div class="code"${named}><pre tabindex="0"><code>${escaped(text)}\n</code></pre><button type="button" hidden>${escaped(copy)}</button></div>\n`;
}

const GUIDE_LINK = /^([a-z][a-z-]*)\.md(#.*)?$/;

/** @returns null for what is no link that a guide may have */
function addressOf(href: string): string | null {
  const guide = GUIDE_LINK.exec(href);
  if (guide !== null) return `${guide[1]}${guide[2] ?? ""}`;
  return /^(?:https?:\/\/|\/(?!\/)|#)/.test(href) ? href : null;
}

/** As GitHub makes them, so that a link to a heading works there and here. */
function uniqueId(text: string, ids: Map<string, number>): string {
  const id = text
    .toLowerCase()
    .trim()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
  const before = ids.get(id);
  ids.set(id, (before ?? 0) + 1);
  return before === undefined ? id : `${id}-${before}`;
}
