import { simplifyChinese } from "./simplify-chinese.ts";

/** Names of goods are long where sellers fill them with search words; the first part says what it is. */
const TEXT_CHARS_READ = 64;

/** One writing for one word: half width, lower case, simplified characters, single spaces. */
export function prepareText(text: string): string {
  const bounded = text
    .slice(0, 4 * TEXT_CHARS_READ)
    .normalize("NFKC")
    .toLowerCase();
  return simplifyChinese(bounded.replace(/[\s★☆【】]+/g, " ").trim()).slice(0, TEXT_CHARS_READ);
}
