import { type DocsPage, type DocsReader, guidePage, missingPage } from "#lib/docs/guide-page.ts";
import { type Guide, guidesIn, isGuideLanguage } from "#lib/docs/guides.ts";
import { chooseLanguage, FULL_LANGUAGES, type Language } from "#lib/texts/language.ts";
import type { Answer, Call } from "../call.ts";

const MARKDOWN = /\.md$/;
/** Browsers ask again whether a page is still the same where its language is theirs to choose. */
const CACHE = { fixed: "private, max-age=300", chosen: "private, no-cache" };

/** `GET /docs/{slug}`: in the reader's language. */
export const guide = (call: Call): Promise<Answer> => answer(call, { language: readerLanguage(call), fixed: false });

/** `GET /docs/{language}/{slug}` */
export const guideInLanguage = (call: Call): Promise<Answer> => {
  const { language = "" } = call.params;
  return isGuideLanguage(language)
    ? answer(call, { language, fixed: true })
    : missingPage({ language: readerLanguage(call), fixed: false }).then((page) => pageAnswer(404, page, "no-store"));
};

/** What the address asks for (`?lang=`), then what the browser prefers. */
const readerLanguage = ({ headers, query }: Pick<Call, "headers" | "query">): Language =>
  chooseLanguage(new URLSearchParams(query).get("lang") ?? undefined, headers.get("accept-language"), FULL_LANGUAGES);

async function answer({ params }: Call, reader: DocsReader): Promise<Answer> {
  const name = params.slug ?? "";
  const found = (await guidesIn(reader.language)).find(({ slug }) => slug === name.replace(MARKDOWN, ""));
  if (found === undefined) return pageAnswer(404, await missingPage(reader), "no-store");
  const cacheControl = reader.fixed ? CACHE.fixed : CACHE.chosen;
  return MARKDOWN.test(name)
    ? markdownAnswer(found, cacheControl)
    : pageAnswer(200, await guidePage(found, reader), cacheControl);
}

const markdownAnswer = ({ language, markdown }: Guide, cacheControl: string): Answer => ({
  status: 200,
  headers: {
    "content-type": "text/markdown; charset=utf-8",
    "content-language": language,
    "cache-control": cacheControl,
  },
  body: markdown,
});

const pageAnswer = (status: number, { html, policy }: DocsPage, cacheControl: string): Answer => ({
  status,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "cache-control": cacheControl,
    "content-security-policy": policy,
    "referrer-policy": "strict-origin-when-cross-origin",
  },
  body: html,
});
