import { readFile } from "node:fs/promises";
import path from "node:path";
import { FULL_LANGUAGES, type Language } from "#lib/texts/language.ts";
import { errorReference } from "./error-reference.ts";

/** In the order in which they are read. Each is a file in guides/<language>/. */
export const GUIDE_SLUGS = [
  "quick-start",
  "order-life",
  "sandbox-faults",
  "webhooks",
  "errors",
  "keys",
  "going-live",
  "growing",
  "moving",
  "plugins",
] as const;

type GuideSlug = (typeof GUIDE_SLUGS)[number];

export interface Guide {
  readonly slug: GuideSlug;
  readonly language: Language;
  /** Its first line. */
  readonly title: string;
  /** Its first paragraph, one sentence. */
  readonly summary: string;
  /** All of it, title and summary included. */
  readonly markdown: string;
}

// By path, not by import.meta: the bundled copy of this module lies elsewhere.
const FOLDER = path.join(process.cwd(), "lib", "docs", "guides");

/** Stands in the guide to errors for the part that is made from the catalogue. */
const ERRORS_GO_HERE = "<!-- errors -->";

const kept = new Map<Language, Promise<readonly Guide[]>>();

/** The guides of a language, in their order. They are read once. */
export function guidesIn(language: Language): Promise<readonly Guide[]> {
  const known = kept.get(language);
  if (known !== undefined) return known;
  const reading = Promise.all(GUIDE_SLUGS.map((slug) => readGuide(language, slug)));
  kept.set(language, reading);
  reading.catch(() => kept.delete(language));
  return reading;
}

/** Those languages that guides are written in. */
export const isGuideLanguage = (text: string): text is Language => FULL_LANGUAGES.some((each) => each === text);

async function readGuide(language: Language, slug: GuideSlug): Promise<Guide> {
  const text = await readFile(path.join(FOLDER, language, `${slug}.md`), "utf8");
  const markdown = text.replace(ERRORS_GO_HERE, () => errorReference(language));
  return { slug, language, markdown, ...headOf(markdown) };
}

function headOf(markdown: string): Pick<Guide, "title" | "summary"> {
  const [first = "", ...rest] = markdown.split(/\n\s*\n/, 2);
  return { title: first.replace(/^# /, "").trim(), summary: (rest[0] ?? "").replaceAll(/\s*\n\s*/g, " ").trim() };
}
