import type { Line } from "./marks.ts";

// How wide a text is without asking a font: a little wider than the fonts people have, so that nothing touches the edge.

const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u, 1],
  [/[\u{1f000}-\u{3ffff}]/u, 1],
  [/[MWmw@%—…]/, 0.96],
  [/[A-Z&]/, 0.7],
  [/[fijlrt.,:;'!|()[\]\-·/ ]/, 0.4],
];
const OTHER = 0.6;

const charWidth = (char: string): number => WIDTHS.find(([those]) => those.test(char))?.[1] ?? OTHER;
/** In ems. */
export const widthOf = (text: string): number => [...text].reduce((sum, char) => sum + charWidth(char), 0);

export interface Room {
  readonly width: number;
  readonly lines: number;
  /** The size it would like to have, and the least it may have. */
  readonly size: number;
  readonly sizeMin: number;
}

const STEPS = 12;

/** The text in its room: as large as it may be, then in several lines, then cut short with an ellipsis. */
export function fitText(text: string, { width, lines, size, sizeMin }: Room): Line[] {
  const words = piecesOf(text);
  for (let allowed = 1; allowed <= lines; allowed++) {
    for (let step = 0; step <= STEPS; step++) {
      const now = size - ((size - sizeMin) * step) / STEPS;
      const broken = broke(words, width / now);
      if (broken.length <= allowed) return broken.map((line) => ({ text: line, size: now }));
    }
  }
  const broken = broke(words, width / sizeMin);
  const last = cutShort(broken.slice(lines - 1).join(""), width / sizeMin);
  return [...broken.slice(0, lines - 1), last].map((line) => ({ text: line, size: sizeMin }));
}

/** A line may end after any Chinese character, and between other words. */
const piecesOf = (text: string): string[] => text.match(/[!-~\u00a0-\u02ff]+ *|./gu) ?? [];

function broke(words: readonly string[], ems: number): string[] {
  const lines: string[] = [];
  let line = "";
  // A word that is longer than a line breaks wherever it has to.
  for (const piece of words.flatMap((word) => (widthOf(word.trimEnd()) > ems ? [...word] : [word]))) {
    if (line !== "" && widthOf((line + piece).trimEnd()) > ems) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  return line.trim() === "" ? lines : [...lines, line.trimEnd()];
}

function cutShort(text: string, ems: number): string {
  let kept = [...text];
  while (kept.length > 0 && widthOf(`${kept.join("")}…`) > ems) kept = kept.slice(0, -1);
  return `${kept.join("").trimEnd()}…`;
}
