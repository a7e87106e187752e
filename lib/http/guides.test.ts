import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { guidesIn } from "#lib/docs/guides.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import type { Call } from "./call.ts";
import { guide, guideInLanguage } from "./handlers/docs.ts";

// Goal: a guide is served in the reader's language or in the one that its address names, as a page and as Markdown.

const call = (params: Record<string, string>, headers: Record<string, string> = {}, query = "") =>
  ({ params, query, headers: new Headers(headers) }) as unknown as Call;
const title = (body: unknown) => /<h1>(.*?)<\/h1>/.exec(String(body))?.[1];

describe.each(FULL_LANGUAGES)("%s", (language) => {
  const other = FULL_LANGUAGES.find((each) => each !== language) ?? language;

  test("each guide is a page, with the others at hand and itself in each language", async () => {
    const guides = await guidesIn(language);
    for (const { slug } of guides) {
      const { status, body, headers } = await guideInLanguage(call({ language, slug }));
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(body).toContain(`<html lang="${language}">`);
      for (const each of guides) expect(body).toContain(`href="/docs/${language}/${each.slug}"`);
      expect(body).toContain(`href="/docs/${other}/${slug}"`);
      expect(body).toContain(`href="/docs/${language}/${slug}.md"`);
    }
  });

  test("as Markdown it is the file", async () => {
    for (const { slug } of await guidesIn(language)) {
      const { status, body, headers } = await guideInLanguage(call({ language, slug: `${slug}.md` }));
      expect([status, headers["content-type"]]).toEqual([200, "text/markdown; charset=utf-8"]);
      const file = readFileSync(`lib/docs/guides/${language}/${slug}.md`, "utf8");
      const [before = "", after = ""] = file.split("<!-- errors -->");
      expect(String(body).startsWith(before) && String(body).endsWith(after)).toBe(true);
      expect(String(body).length > file.length).toBe(slug === "errors");
    }
  });

  test("without a language in the address, the reader's own is taken", async () => {
    const [first] = await guidesIn(language);
    const slug = first?.slug ?? "";
    const asked = await guide(call({ slug }, { "accept-language": language }));
    expect(title(asked.body)).toBe(first?.title);
    const chosen = await guide(call({ slug }, { "accept-language": other }, `lang=${language}`));
    expect([title(chosen.body), chosen.headers["cache-control"]]).toEqual([first?.title, "private, no-cache"]);
  });

  test.each([{ slug: "nothing-here" }, { slug: "quick-start.txt" }, { slug: "..md" }])(
    "an unknown guide is a page that lists them: %j",
    async ({ slug }) => {
      for (const answer of [
        await guideInLanguage(call({ language, slug })),
        await guide(call({ slug }, { "accept-language": language })),
      ]) {
        expect([answer.status, title(answer.body)]).toEqual([404, textsIn(language).docs.notFoundTitle]);
        for (const each of await guidesIn(language)) expect(answer.body).toContain(each.title);
      }
    },
  );
});

test.each(["fr", "zh-HK", "constructor"])("there are no guides in %s", async (language) => {
  const { status, body } = await guideInLanguage(call({ language, slug: "quick-start" }, { "accept-language": "en" }));
  expect([status, title(body)]).toEqual([404, textsIn("en").docs.notFoundTitle]);
});

test("the page's policy allows its own style and script by their digests, and nothing else", async () => {
  const { createHash } = await import("node:crypto");
  const { body, headers } = await guideInLanguage(call({ language: "en", slug: "quick-start" }));
  const policy = String(headers["content-security-policy"]);
  for (const kind of ["style", "script"]) {
    const [, inline = ""] = new RegExp(`<${kind}>([\\s\\S]*?)</${kind}>`).exec(String(body)) ?? [];
    expect(inline.length).toBeGreaterThan(100);
    expect(policy).toContain(`${kind}-src 'sha256-${createHash("sha256").update(inline).digest("base64")}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(body).not.toMatch(/<(?!a\b)[^>]*\s(?:(?:src|href)="https?:|style=|on\w+=)/);
});
