import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import { openapiDocument } from "#lib/contract/openapi/index.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import type { Call } from "./call.ts";
import { docs, docsFile, guide } from "./handlers/docs.ts";

// Goal: the reference is there in each language, loads nothing from elsewhere, and can send calls in the sandbox alone.

const PUBLIC_URL = "https://pay.example";
const call = (path: string, { sandbox = true, language = "en" } = {}) =>
  ({
    path,
    ...{
      query: "",
      params: { slug: path.replace("/docs/", "") },
      headers: new Headers({ "accept-language": language }),
    },
    container: { settings: { publicUrl: PUBLIC_URL, sandboxOrigin: sandbox ? "http://localhost:3001" : null } },
  }) as unknown as Call;

describe.each(FULL_LANGUAGES)("%s", (language) => {
  test("its address and the reader's wish lead to the same page", async () => {
    const [fixed, chosen] = [await guide(call(`/docs/${language}`)), await docs(call("/docs", { language }))];
    for (const { status, body } of [fixed, chosen]) {
      expect([status, /<h1>(.*?)<\/h1>/.exec(String(body))?.[1]]).toEqual([200, textsIn(language).docs.reference]);
    }
    expect(fixed.headers["cache-control"]).toBe("private, max-age=300");
    expect(chosen.headers["cache-control"]).toBe("private, no-cache");
  });

  test("a problem's type leads to its error, and from there to cause and cure", async () => {
    const { body } = await docs(call("/docs", { language }));
    for (const code of Object.keys(ERROR_CATALOGUE).filter((each) => each !== "illegal_transition")) {
      expect(body).toContain(`<tr role="row" id="${code}"><td role="cell"><a href="/docs/errors#${code}">`);
    }
  });
});

test("without scripts every call is named", async () => {
  const { body } = await docs(call("/docs"));
  for (const [path, methods] of Object.entries(openapiDocument(PUBLIC_URL).paths)) {
    for (const method of Object.keys(methods)) expect(body).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
  }
});

test("calls can be sent, with a key that is asked for, in the sandbox alone", async () => {
  const { body } = await docs(call("/docs"));
  expect(body).toContain('data-try="true"');
  expect(body).toContain('<input id="key" type="password" autocomplete="off"');
  const real = await docs(call("/docs", { sandbox: false }));
  expect(real.body).toContain('data-try="false"');
  expect(real.body).not.toContain("<input");
});

test("nothing is kept of the key in the browser", async () => {
  const script = /<script>([\s\S]*?)<\/script>/.exec(String((await docs(call("/docs"))).body))?.[1] ?? "";
  expect(script).toContain('getElementById("key")');
  expect(script).toContain("persistAuthorization: false");
  expect(script).not.toMatch(/localStorage|sessionStorage|indexedDB|cookie/);
});

test("its policy names its own files and what is written in the page, and no other place", async () => {
  const { body, headers } = await docs(call("/docs"));
  const policy = String(headers["content-security-policy"]);
  for (const kind of ["style", "script"]) {
    const [, inline = ""] = new RegExp(`<${kind}>([\\s\\S]*?)</${kind}>`).exec(String(body)) ?? [];
    expect(policy).toContain(`${kind}-src 'self' 'sha256-${createHash("sha256").update(inline).digest("base64")}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(body).not.toMatch(/<(?!a\b)[^>]*\s(?:(?:src|href)="https?:|style=|on\w+=)/);
});

test("script and style are the package's, kept for good under a name that changes with its version", async () => {
  const { body } = await docs(call("/docs"));
  const { version } = JSON.parse(readFileSync("node_modules/swagger-ui-dist/package.json", "utf8"));
  const addresses = [...String(body).matchAll(/(?:src|href)="(\/docs\/files\/[^"]+)"/g)].map(
    ([, address = ""]) => address,
  );
  expect(addresses).toEqual([`/docs/files/${version}-swagger-ui.css`, `/docs/files/${version}-swagger-ui.js`]);
  for (const address of addresses) {
    const { status, headers, body: text } = await docsFile(call(address));
    expect([status, headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect(String(text).length).toBeGreaterThan(100_000);
    expect(text).not.toContain("sourceMappingURL=swagger");
  }
  expect((await docsFile(call("/docs/files/0.0.1-swagger-ui.js"))).status).toBe(404);
});
