import { expect, test } from "vitest";
import { chooseLanguage, fill, textOf } from "./text.ts";

test.each([
  [undefined, null, "zh-CN"],
  [undefined, "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
  [undefined, "en-GB,en;q=0.9,zh;q=0.1", "en"],
  [undefined, "zh;q=0.2,en;q=0.9", "en"],
  [undefined, "fr-FR,fr;q=0.9", "en"],
  [undefined, "fr,zh-TW;q=0.5", "zh-CN"],
  [undefined, "en;q=0,zh", "zh-CN"],
  [undefined, "*", "zh-CN"],
  ["en", "zh-CN", "en"],
  ["toString", "zh-CN", "zh-CN"],
  ["xx", "en", "en"],
] as const)("choice %s and header %s speak %s", (chosen, accepted, language) => {
  expect(chooseLanguage(chosen, accepted)).toBe(language);
});

test.each(["en", "zh-HK"] as const)("%s names the same blanks", (language) => {
  const blanks = (words: object): unknown =>
    Object.fromEntries(
      Object.entries(words).map(([name, word]) => [
        name,
        typeof word === "string" ? (word.match(/\{\w+\}/g) ?? []).sort() : blanks(word),
      ]),
    );
  expect(blanks(textOf(language))).toEqual(blanks(textOf("zh-CN")));
});

test("a blank without a value stays visible", () => {
  expect(fill("{a} of {b}", { a: 1 })).toBe("1 of {b}");
});
