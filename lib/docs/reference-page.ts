import type { OpenapiDocument } from "#lib/contract/openapi/index.ts";
import { type Language, textsIn } from "#lib/texts/language.ts";
import { errorEntries } from "./error-reference.ts";
import { addressIn, type DocsPage, type DocsReader, docsPage, REFERENCE } from "./page.ts";
import { referenceAddresses } from "./reference-files.ts";
import { REFERENCE_SCRIPT, REFERENCE_STYLE } from "./reference-style.ts";
import { escaped, renderMarkdown } from "./render-markdown.ts";

export interface ReferenceSite {
  readonly document: OpenapiDocument;
  readonly reader: DocsReader;
  /** Calls can be sent from the page: in the sandbox, where no money moves. */
  readonly mayTry: boolean;
}

/** The reference: what holds for all calls, the calls themselves (by Swagger UI, in the browser), and every error. */
export async function referencePage({ document, reader, mayTry }: ReferenceSite): Promise<DocsPage> {
  const { docs } = textsIn(reader.language);
  const { script, style } = await referenceAddresses();
  const tags = tagsOf(document);
  const main = `<h1>${docs.reference}</h1><p class="lead">${docs.referenceLead}</p>
<p>${docs.machine} <a href="/api/openapi.json">OpenAPI 3.1</a> · <a href="/llms.txt">llms.txt</a></p>
${tryBox(reader.language, mayTry)}
<details class="fold basics"><summary>${docs.basics}</summary><div lang="en">${markdown(document.info.description, reader.language)}</div></details>
<h2 id="calls">${docs.calls}</h2>
<div id="reference" lang="en" data-try="${mayTry}" data-failed="${docs.failed}" data-language="${reader.language}" data-words="${escaped(JSON.stringify(docs.swagger))}"><p class="waiting" lang="${reader.language}">${docs.loading}</p></div>
<noscript><p>${docs.noScript}</p>${tags.map((tag) => plainCalls(document, tag)).join("")}</noscript>
${errorTable(reader)}`;
  const items = tags.map((tag) => `<li><a href="#${anchorOf(tag)}">${escaped(tag)}</a></li>`);
  return docsPage({
    ...{ reader, main, title: docs.reference, description: docs.referenceLead, current: REFERENCE },
    side: `<p class="label">${docs.calls}</p><ul class="list" lang="en">${items.join("")}</ul>
<ul class="list"><li><a href="#errors">${textsIn(reader.language).errors.title}</a></li></ul>`,
    extra: { styles: [style], scripts: [script], style: REFERENCE_STYLE, script: REFERENCE_SCRIPT },
  });
}

const markdown = (text: string, language: Language): string => renderMarkdown(text, textsIn(language).docs).html;
const inline = (text: string, language: Language): string => markdown(text, language).replaceAll(/<\/?p>|\n/g, "");

function tryBox(language: Language, mayTry: boolean): string {
  const { docs } = textsIn(language);
  if (!mayTry) return `<div class="box"><p>${inline(docs.tryOff, language)}</p></div>`;
  return `<div class="box"><h2>${docs.tryTitle}</h2><p>${inline(docs.tryHint, language)}</p>
<label for="key">${docs.key}</label><input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="sk_…" aria-describedby="key-hint">
<p class="hint" id="key-hint">${docs.keyHint}</p></div>`;
}

/** By the name that Swagger UI gives to the part of a tag. */
const anchorOf = (tag: string): string => `operations-tag-${tag.replaceAll(" ", "_")}`;

const operationsOf = ({ paths }: OpenapiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

const tagsOf = (document: OpenapiDocument): string[] => [
  ...new Set(operationsOf(document).flatMap(({ operation }) => operation.tags)),
];

/** For readers without scripts. */
function plainCalls(document: OpenapiDocument, tag: string): string {
  const items = operationsOf(document)
    .filter(({ operation }) => operation.tags.includes(tag))
    .map(
      ({ path, method, operation }) =>
        `<li><code>${method.toUpperCase()} ${escaped(path)}</code> ${escaped(operation.summary)}</li>`,
    );
  return `<h3>${escaped(tag)}</h3><ul lang="en">${items.join("")}</ul>`;
}

/** A problem's `type` leads here: `/docs#not_found`. */
function errorTable(reader: DocsReader): string {
  const { docs, errors } = textsIn(reader.language);
  const guide = addressIn(reader, "errors");
  const rows = errorEntries(reader.language).map(
    ({ code, status, cure }) =>
      `<tr role="row" id="${code}"><td role="cell"><a href="${guide}#${code}"><code>${code}</code></a></td><td role="cell" data-label="${errors.status}">${status}</td><td role="cell" data-label="${errors.cure}">${inline(cure, reader.language)}</td></tr>`,
  );
  const head = [errors.code, errors.status, errors.cure].map((name) => `<th role="columnheader">${name}</th>`).join("");
  return `<h2 id="errors">${errors.title}</h2><p>${inline(docs.errorsLead, reader.language)} <a href="${guide}">${errors.title}</a></p>
<div class="wide" role="group" tabindex="0" aria-label="${errors.title}"><table role="table"><thead><tr role="row">${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
