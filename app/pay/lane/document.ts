import type { Language } from "#lib/texts/language.ts";

/** The page's background as the browser's own frame takes it; `--page` in globals.css. */
export const THEME_COLORS = { light: "#f3f5f1", dark: "#0c100e" } as const;

/** The built files of the lane, as addresses. */
export interface LaneFiles {
  /** What takes the pay page over in the browser, with the words of one language; before it behaviour-script.ts. */
  readonly scripts: { readonly [language: string]: string };
  readonly style: string;
}

/** Who reads a page, and the nonce of its scripts. */
export interface LaneReader {
  readonly language: Language;
  readonly elder: boolean;
  readonly nonce: string | undefined;
}

/** With what it has to know, as attributes. */
export interface LaneScript {
  readonly src: string;
  readonly [data: `data-${string}`]: string;
}

interface PageDocument {
  readonly reader: LaneReader;
  readonly title: string;
  readonly description?: string;
  readonly style: string;
  readonly script?: LaneScript | undefined;
  /** As HTML. */
  readonly body: string;
}

/** A whole page; app/layout.tsx says the same to Next. */
export function writeDocument({ reader, title, description, style, script, body }: PageDocument): string {
  const attributes = Object.entries({ ...script, nonce: reader.nonce })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(value ?? "")}"`);
  return [
    `<!DOCTYPE html><html lang="${reader.language}"${reader.elder ? " data-elder" : ""}><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
    `<link rel="stylesheet" href="${style}">`,
    script === undefined ? "" : `<script${attributes.join("")} defer></script>`,
    `<title>${escaped(title)}</title>`,
    description === undefined ? "" : `<meta name="description" content="${escaped(description)}">`,
    END_OF_HEAD,
    body,
    "</body></html>",
  ].join("");
}

const END_OF_HEAD = [
  '<meta name="robots" content="noindex, nofollow"><meta name="format-detection" content="telephone=no">',
  `<meta name="theme-color" media="(prefers-color-scheme: light)" content="${THEME_COLORS.light}">`,
  `<meta name="theme-color" media="(prefers-color-scheme: dark)" content="${THEME_COLORS.dark}">`,
  '<link rel="icon" href="/icon.svg"><link rel="apple-touch-icon" href="/icon-180.png">',
  '</head><body class="bg-page font-sans text-ink">',
].join("");

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
