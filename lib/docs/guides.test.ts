import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import { openapiDocument } from "#lib/contract/openapi/index.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import { errorReference } from "./error-reference.ts";
import { GUIDE_SLUGS, guidesIn } from "./guides.ts";
import { llmsText } from "./llms.ts";
import { renderMarkdown } from "./render-markdown.ts";

// Goal: the guides are whole in each language, and nothing that they point to is missing.

const FOLDER = path.join(import.meta.dirname, "guides");
const all = (await Promise.all(FULL_LANGUAGES.map(guidesIn))).flat();
const named = all.map((guide) => [`${guide.language}/${guide.slug}`, guide] as const);
const rendered = new Map(
  all.map((guide) => [guide, renderMarkdown(guide.markdown, textsIn(guide.language).docs)] as const),
);

test("every file is a guide, and every language has the same ones", () => {
  for (const language of FULL_LANGUAGES) {
    const files = readdirSync(path.join(FOLDER, language)).sort();
    expect(files).toEqual(GUIDE_SLUGS.map((slug) => `${slug}.md`).sort());
  }
});

describe.each(named)("%s", (_name, guide) => {
  test("begins with a title and a summary of one sentence", () => {
    const [title, blank, summary = ""] = guide.markdown.split("\n");
    expect(title).toBe(`# ${guide.title}`);
    expect(blank).toBe("");
    expect(summary).toMatch(/^[^#\s`<>|-]/);
    expect(guide.summary).toMatch(/[.。]$/);
  });

  test("has the headings of the other languages", () => {
    const depths = (each: typeof guide) => rendered.get(each)?.headings.map(({ depth }) => depth);
    for (const other of all.filter(({ slug }) => slug === guide.slug)) expect(depths(other)).toEqual(depths(guide));
  });

  test("links to guides and headings that exist", () => {
    const links = [...(rendered.get(guide)?.html ?? "").matchAll(/<a href="([^"]+)"/g)].map(([, href = ""]) => href);
    for (const href of links.filter((each) => !/^https?:/.test(each))) {
      const [page = "", anchor] = href.split("#", 2);
      if (page.startsWith("/")) {
        expect(OWN_PAGES, href).toContain(page);
        continue;
      }
      const target =
        page === "" ? guide : all.find(({ slug, language }) => slug === page && language === guide.language);
      expect(target?.slug, `${href} leads to a guide`).toBeDefined();
      if (anchor === undefined || target === undefined) continue;
      const ids = rendered.get(target)?.headings.map(({ id }) => id);
      expect(ids, href).toContain(decodeURIComponent(anchor));
    }
    // What was no link for the renderer, though it was meant as one.
    const meant = [...guide.markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/\]\(([^)\s]+)\)/g)];
    expect(links.filter((href) => !href.startsWith("#")).length).toBeGreaterThanOrEqual(
      meant.filter(([, href = ""]) => !href.startsWith("#")).length,
    );
  });

  test("names only calls of the API that exist", () => {
    const paths = Object.keys(openapiDocument("https://pay.example").paths);
    const patterns = paths.map((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, "[^/]+")}$`));
    const found = [...guide.markdown.matchAll(/\/api\/[\w/{}$.…-]+/g)].map(([call]) => call.replace(/[.…/]+$/, ""));
    for (const call of found)
      expect(
        patterns.some((pattern) => pattern.test(call)),
        call,
      ).toBe(true);
  });
});

/** Pages of the product that guides may link to. */
const OWN_PAGES = ["/docs", "/llms.txt", "/api/openapi.json", "/admin"];

test("a guide is what its file says, with the errors where it leaves room for them", () => {
  for (const { language, slug, markdown } of all) {
    const file = readFileSync(path.join(FOLDER, language, `${slug}.md`), "utf8");
    expect(markdown).toBe(file.replace("<!-- errors -->", () => errorReference(language)));
  }
});

test("the guide to errors tells cause and cure of every error that a caller can meet", () => {
  const codes = Object.keys(ERROR_CATALOGUE).filter((code) => code !== "illegal_transition");
  for (const { language, markdown } of all.filter(({ slug }) => slug === "errors")) {
    const { cause, cure } = textsIn(language).errors;
    const parts = markdown.split(/^### `/m).slice(1);
    expect(parts.map((part) => /^\w+/.exec(part)?.[0]).sort()).toEqual(codes.sort());
    for (const part of parts) {
      expect(part).toMatch(new RegExp(`\\*\\*${cause}\\*\\*: .{5}[\\s\\S]*\\*\\*${cure}\\*\\*: .{5}`));
      expect(part).toContain(String(ERROR_CATALOGUE[/^\w+/.exec(part)?.[0] as keyof typeof ERROR_CATALOGUE].status));
    }
  }
});

test("llms.txt has the form of llmstxt.org, and leads to every guide", async () => {
  const text = await llmsText({ publicUrl: "https://pay.example", sandboxOrigin: null });
  expect(text).toMatch(/^# [^\n]+\n\n> [^\n]+\n\n/);
  for (const { slug, summary, language } of all) {
    if (language === "en") expect(text).toContain(`](https://pay.example/docs/en/${slug}.md): ${summary}`);
  }
  const calls = [...text.matchAll(/pay\.example(\/[\w/{}$.-]*)/g)].map(([, call = ""]) =>
    call.replace("$id", "{orderId}"),
  );
  const known = Object.keys(openapiDocument("https://pay.example").paths);
  expect(calls.filter((call) => !call.startsWith("/docs") && !known.includes(call))).toEqual([]);
});
