import { type OpenapiDocument, openapiDocument } from "#lib/contract/openapi/index.ts";
import { guidePage } from "#lib/docs/guide-page.ts";
import { type Guide, guidesIn, isGuideLanguage } from "#lib/docs/guides.ts";
import { llmsText } from "#lib/docs/llms.ts";
import { type DocsPage, type DocsReader, missingPage } from "#lib/docs/page.ts";
import { referenceFile } from "#lib/docs/reference-files.ts";
import { referencePage } from "#lib/docs/reference-page.ts";
import { chooseLanguage, FULL_LANGUAGES } from "#lib/texts/language.ts";
import { jsonText, text } from "../answer.ts";
import type { Answer, Call } from "../call.ts";

const PUBLIC = { "cache-control": "public, max-age=300" };
/** For addresses that name what they hold. */
const FOR_GOOD = "public, max-age=31536000, immutable";
/** Where the reader's browser chooses the language, it asks again whether a page is still the same. */
const KEPT = { fixed: "private, max-age=300", chosen: "private, no-cache" };
const MARKDOWN = /\.md$/;

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

/** `GET /llms.txt` */
export const llms = async ({ container }: Call): Promise<Answer> =>
  text(200, await llmsText(container.settings), PUBLIC);

/** `GET /docs` */
export const docs = (call: Call): Promise<Answer> => reference(call, inTheirLanguage(call));

/** `GET /docs/{slug}`: a guide in the reader's language, or the reference in the language that is named. */
export const guide = (call: Call): Promise<Answer> => {
  const { slug = "" } = call.params;
  if (isGuideLanguage(slug)) return reference(call, { language: slug, fixed: true });
  return guideOf(slug, inTheirLanguage(call));
};

/** `GET /docs/{language}/{slug}` */
export const guideInLanguage = async (call: Call): Promise<Answer> => {
  const { language = "", slug = "" } = call.params;
  if (isGuideLanguage(language)) return guideOf(slug, { language, fixed: true });
  return pageAnswer(404, await missingPage(inTheirLanguage(call)), "no-store");
};

/** `GET /docs/files/{name}`: script and style of the reference. */
export const docsFile = async (call: Call): Promise<Answer> => {
  const file = await referenceFile(call.path);
  if (file === null) return pageAnswer(404, await missingPage(inTheirLanguage(call)), "no-store");
  return { status: 200, headers: { "content-type": file.type, "cache-control": FOR_GOOD }, body: file.text };
};

/** What the address asks for (`?lang=`), then what the browser prefers. */
function inTheirLanguage({ headers, query }: Call): DocsReader {
  const asked = new URLSearchParams(query).get("lang") ?? undefined;
  return { language: chooseLanguage(asked, headers.get("accept-language"), FULL_LANGUAGES), fixed: false };
}

async function reference(call: Call, reader: DocsReader): Promise<Answer> {
  const { document } = descriptionOf(call);
  const mayTry = call.container.settings.sandboxOrigin !== null;
  return pageAnswer(200, await referencePage({ document, reader, mayTry }), keptBy(reader));
}

async function guideOf(name: string, reader: DocsReader): Promise<Answer> {
  const found = (await guidesIn(reader.language)).find(({ slug }) => slug === name.replace(MARKDOWN, ""));
  if (found === undefined) return pageAnswer(404, await missingPage(reader), "no-store");
  return MARKDOWN.test(name)
    ? markdownAnswer(found, keptBy(reader))
    : pageAnswer(200, await guidePage(found, reader), keptBy(reader));
}

const keptBy = ({ fixed }: DocsReader): string => (fixed ? KEPT.fixed : KEPT.chosen);

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
