import { randomBytes } from "node:crypto";
import { ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import { type OpenapiDocument, type OpenapiOperation, openapiDocument } from "#lib/contract/openapi/index.ts";
import { jsonText } from "../answer.ts";
import type { Answer, Call } from "../call.ts";

const PUBLIC = { "cache-control": "public, max-age=300" };

interface Description {
  readonly document: OpenapiDocument;
  readonly text: string;
}

// Cached: it is made from a hundred schemas and always the same for one address.
const descriptions = new Map<string, Description>();
function descriptionOf({ container }: Call): Description {
  const { publicUrl } = container.settings;
  const known = descriptions.get(publicUrl);
  if (known !== undefined) return known;
  const document = openapiDocument(publicUrl);
  const made = { document, text: JSON.stringify(document) };
  descriptions.set(publicUrl, made);
  return made;
}

/** `GET /api/openapi.json` */
export const openapi = async (call: Call): Promise<Answer> => jsonText(200, descriptionOf(call).text, PUBLIC);

/** `GET /docs` */
export const docs = async (call: Call): Promise<Answer> => docsPage(descriptionOf(call).document);

/** The description as a page to read and to try: one file that loads nothing else. */
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

const DOCS_STYLE = `
:root{color-scheme:light dark;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;
--page:#f3f5f1;--surface:#fff;--sunken:#f1f4f0;--ink:#131c17;--soft:#56625b;--line:#e3e8e2;--brand-ink:#04703a;--action:#06833f;--action-ink:#fff;--warn-ink:#7a4d05;--bad-ink:#a8321f}
@media (prefers-color-scheme:dark){:root{--page:#0c100e;--surface:#161c18;--sunken:#1e2621;--ink:#eef3ef;--soft:#a3b0a8;--line:#29322c;--brand-ink:#5ddc97;--action:#12c268;--action-ink:#03240f;--warn-ink:#f1c878;--bad-ink:#ff9c8a}}
body{margin:0;background:var(--page);color:var(--ink)}main{max-width:54rem;margin:0 auto;padding:1.5rem 1rem 4rem}
a{color:var(--brand-ink);text-underline-offset:4px}:focus-visible{outline:3px solid var(--brand-ink);outline-offset:3px}
h1{font-size:1.6rem;line-height:1.3}h2{margin-top:2.5rem;font-size:1.2rem}h4{margin:1rem 0 .25rem}
details{background:var(--surface);border:1px solid var(--line);border-radius:1rem;margin:.5rem 0;padding:.25rem 1rem}
summary{cursor:pointer;padding:.5rem 0;min-height:1.75rem}summary b{display:inline-block;min-width:4.2em}
summary span{color:var(--soft)}b.get{color:var(--brand-ink)}b.post,b.patch{color:var(--warn-ink)}b.delete{color:var(--bad-ink)}
pre{overflow:auto;max-height:24rem;background:var(--sunken);padding:.75rem;border-radius:.75rem;font-size:.85rem}
code{font-size:.9em;overflow-wrap:anywhere}ul{padding-left:1.2rem}
label{display:block;margin:.5rem 0;font-size:.9rem}
input,textarea{display:block;width:100%;min-height:2.75rem;box-sizing:border-box;font:inherit;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.75rem;background:var(--surface);color:inherit}
textarea{font-family:ui-monospace,monospace;font-size:.85rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.5rem;border:0;border-radius:.75rem;background:var(--action);color:var(--action-ink);cursor:pointer;margin:.25rem 0 1rem}
form{border-top:1px solid var(--line);margin-top:1rem;padding-top:.5rem}
table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--line);padding:.4rem .5rem .4rem 0}
`;

/** Sends the form's request and shows the answer. The key leaves the tab only in the Authorization header. */
const DOCS_SCRIPT = `
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const out = form.querySelector("pre");
  const query = new URLSearchParams();
  const headers = {};
  let path = form.dataset.path;
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", encodeURIComponent(input.value));
    else if (input.value && input.dataset.in === "query") query.set(input.name, input.value);
    else if (input.value) headers[input.name] = input.value;
  }
  const key = document.getElementById("key").value.trim();
  if (key && path.startsWith("/api/v1/")) headers.authorization = "Bearer " + key;
  const area = form.querySelector("textarea");
  if (area) headers["content-type"] = "application/json";
  out.hidden = false;
  out.textContent = "…";
  try {
    const url = path + (query.size ? "?" + query : "");
    if (path.endsWith("/events")) { out.textContent = "open " + url + " in a tab of its own"; return; }
    const answer = await fetch(url, { method: form.dataset.method.toUpperCase(), headers, body: area ? area.value : undefined });
    const text = await answer.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch {}
    out.textContent = answer.status + " " + answer.statusText + "\\n\\n" + shown;
  } catch (cause) { out.textContent = String(cause); }
});
if (location.hash) document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
`;
