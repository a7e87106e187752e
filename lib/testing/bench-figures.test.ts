import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// Goal: the READMEs quote the last run of `npm run bench`, both the same, and nothing that was not measured.

const FILE = "BENCHMARKS.md";
const QUOTE = /<!-- bench -->\n([\s\S]*?)\n<!-- \/bench -->/;
const quoteOf = (readme: string) => QUOTE.exec(readFileSync(readme, "utf8"))?.[1];

test("what the READMEs quote stands in the bench's file", () => {
  const measured = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
  const [quote, other] = ["README.md", "README.zh-CN.md"].map(quoteOf);
  expect(quote).toBeDefined();
  expect(other).toBe(quote);
  expect(measured).toContain(quote);
  expect(measured === "" || quote !== "").toBe(true);
});
