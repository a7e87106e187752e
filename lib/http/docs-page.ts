import { randomBytes } from "node:crypto";
import { ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import type { OpenapiDocument, OpenapiOperation } from "#lib/contract/openapi/index.ts";
import type { Answer } from "./call.ts";
import { DOCS_SCRIPT, DOCS_STYLE } from "./docs-assets.ts";

/** The description as a page to read and to try: one file, nothing loaded from anywhere. */
export function docsPage(document: OpenapiDocument): Answer {
  const nonce = randomBytes(16).toString("base64");
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    return `<section><h2>${escaped(tag)}</h2>${own.map(article).join("")}</section>`;
  });
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>API · ${escaped(document.info.title)}</title>
<style nonce="${nonce}">${DOCS_STYLE}</style></head><body><main>
<h1>${escaped(document.info.title)} API</h1>${prose(document.info.description)}
<p><a href="/api/openapi.json">OpenAPI 3.1</a></p>
<label class="key">API key, for trying things out on this page; it is kept in this tab only
<input id="key" type="password" autocomplete="off" placeholder="sk_…"></label>
${sections.join("")}${errors()}</main><script nonce="${nonce}">${DOCS_SCRIPT}</script></body></html>`;
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "referrer-policy": "strict-origin-when-cross-origin",
    },
    body,
  };
}

interface Described {
  readonly path: string;
  readonly method: string;
  readonly operation: OpenapiOperation;
}

function article({ path, method, operation }: Described): string {
  const { requestBody, description, responses, parameters, operationId } = operation;
  const bodies = (requestBody as { content?: Record<string, unknown> } | undefined)?.content?.["application/json"];
  const detail = [
    typeof description === "string" ? prose(description) : "",
    parameters.length === 0 ? "" : `<h4>Parameters</h4><ul>${parameters.map(parameter).join("")}</ul>`,
    bodies === undefined ? "" : `<h4>Body</h4>${code((bodies as { schema?: unknown }).schema)}`,
    `<h4>Answers</h4><ul>${Object.entries(responses).map(response).join("")}</ul>`,
  ].join("");
  return `<details id="${escaped(operationId)}"><summary><b class="${method}">${method.toUpperCase()}</b>
<code>${escaped(path)}</code> <span>${escaped(operation.summary)}</span></summary>${detail}${tryForm({ path, method, operation })}</details>`;
}

const parameter = (each: Record<string, unknown>): string =>
  `<li><code>${escaped(String(each.name))}</code> <i>${escaped(String(each.in))}</i> ${prose(String(each.description ?? ""), "span")}</li>`;

const response = ([status, each]: [string, Record<string, unknown>]): string =>
  `<li><b>${escaped(status)}</b> ${prose(String(each.description ?? ""), "span")}</li>`;

function tryForm({ path, method, operation }: Described): string {
  if (operation.tags.includes("WeChat")) return "";
  const inputs = operation.parameters.map((each) => {
    const name = escaped(String(each.name));
    return `<label>${name}<input name="${name}" data-in="${escaped(String(each.in))}"></label>`;
  });
  const body = operation.requestBody as { content: Record<string, { example?: unknown }> } | undefined;
  const example = body?.content["application/json"]?.example;
  const area =
    body === undefined
      ? ""
      : `<label>Body<textarea rows="6">${escaped(JSON.stringify(example, null, 2))}</textarea></label>`;
  return `<form data-method="${method}" data-path="${escaped(path)}">${inputs.join("")}${area}<button>Send</button><pre hidden></pre></form>`;
}

function errors(): string {
  const rows = Object.entries(ERROR_CATALOGUE)
    .filter(([name]) => name !== "illegal_transition")
    .map(
      ([name, { status, title }]) =>
        `<tr id="${name}"><td><code>${name}</code></td><td>${status}</td><td>${title}</td></tr>`,
    );
  return `<section><h2>Errors</h2><p>RFC 9457 problem details; <code>code</code> is stable.</p><table>${rows.join("")}</table></section>`;
}

const code = (value: unknown): string => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;

/** Plain text with back-quoted code and blank lines between paragraphs. */
const prose = (text: string, tag: "p" | "span" = "p"): string =>
  text
    .split("\n\n")
    .map((paragraph) => `<${tag}>${escaped(paragraph).replace(/`([^`]+)`/g, "<code>$1</code>")}</${tag}>`)
    .join("");

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
