import { PROMOTION_CODE_CHARS_MAX } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";

export interface ReadCodes {
  readonly codes: readonly string[];
  /** The first that cannot be one. */
  readonly bad: { readonly line: number; readonly code: string } | null;
}

/** Codes as they are pasted: one a line, or with commas, semicolons or tabs between. */
export const readTyped = (text: string): ReadCodes => read(text, (line) => line.split(/[,，;；、\t]/));

/** Codes of a file: the first column of each line; a first line that names it is left out. */
export function readFile(text: string): ReadCodes {
  const lines = text.replace(/^\ufeff/, "");
  const [head = ""] = lines.split(/\r\n|\r|\n/, 1);
  const isTitle = /^"?\s*(?:code|codes|promotion code|优惠码)\s*"?\s*(?:[,;\t]|$)/i.test(head);
  // The line keeps its place, so that the others are counted as office programs count them.
  return read(isTitle ? lines.slice(head.length) : lines, (line) => line.split(/[,;\t]/).slice(0, 1));
}

function read(text: string, partsOf: (line: string) => readonly string[]): ReadCodes {
  const codes: string[] = [];
  let bad: ReadCodes["bad"] = null;
  for (const [at, line] of text.split(/\r\n|\r|\n/).entries()) {
    for (const part of partsOf(line)) {
      // Our own files guard texts against formulas by an apostrophe, and quotes are how files hold a text.
      const code = part
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .replace(/^'/, "")
        .trim();
      if (code === "") continue;
      if (isCode(code)) codes.push(code);
      else bad ??= { line: at + 1, code: [...code].slice(0, PROMOTION_CODE_CHARS_MAX).join("") };
    }
  }
  return { codes, bad };
}

const isCode = (code: string): boolean =>
  [...code].length <= PROMOTION_CODE_CHARS_MAX && codeKey(code) !== "" && code.isWellFormed() && !/\p{Cc}/u.test(code);
