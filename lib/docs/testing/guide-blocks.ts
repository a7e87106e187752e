import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.resolve("lib/docs/guides");
/** The first is the one whose blocks are run; the others hold the same blocks. */
export const GUIDE_LANGUAGES = ["en", "zh-CN"] as const;
type GuideLanguage = (typeof GUIDE_LANGUAGES)[number];

/** A fenced block. What it is for is said after its language: `sh second-terminal`, `ts file=shop.ts`, `sh not-run=reason`. */
export interface GuideBlock {
  readonly language: string;
  readonly words: ReadonlyMap<string, string>;
  readonly text: string;
  /** Where it begins in its file, for messages. */
  readonly line: number;
}

export const guideNames = (language: GuideLanguage): readonly string[] =>
  readdirSync(path.join(FOLDER, language))
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.replace(/\.md$/, ""))
    .sort();

export const readGuide = (language: GuideLanguage, name: string): string =>
  readFileSync(path.join(FOLDER, language, `${name}.md`), "utf8");

export function blocksOf(markdown: string): readonly GuideBlock[] {
  const blocks: GuideBlock[] = [];
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const [, fence = "", info = ""] = /^(`{3,})(.*)$/.exec(lines[at] ?? "") ?? [];
    if (fence === "") continue;
    const end = lines.indexOf(fence, at + 1);
    if (end === -1) throw new Error(`the block of line ${at + 1} has no end`);
    const [language = "", ...words] = info.trim().split(/\s+/);
    blocks.push({
      language,
      words: new Map(words.map((word) => [word.replace(/=.*$/, ""), word.replace(/^[^=]*=?/, "")])),
      text: `${lines.slice(at + 1, end).join("\n")}\n`,
      line: at + 1,
    });
    at = end;
  }
  return blocks;
}

export const isRun = ({ language, words }: GuideBlock): boolean => language === "sh" && !words.has("not-run");
