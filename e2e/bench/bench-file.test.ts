import { expect, test } from "vitest";
import { withSection } from "./bench-file.ts";

const FILE = "# Benchmarks\n\n<!-- one -->\n1\n<!-- /one -->\n\n<!-- two -->\n2\n<!-- /two -->\n";

test("a section is written in the place of the one before, and the others stay", () => {
  expect(withSection(FILE, "one", "a $1")).toBe(FILE.replace("\n1\n", "\na $$1\n"));
  expect(withSection(FILE, "two", "b")).toBe(FILE.replace("\n2\n", "\nb\n"));
});

test("a new section is put at the end", () => {
  expect(withSection(FILE, "three", "3")).toBe(`${FILE}\n<!-- three -->\n3\n<!-- /three -->\n`);
  expect(withSection(withSection(FILE, "three", "3"), "three", "4")).toBe(
    `${FILE}\n<!-- three -->\n4\n<!-- /three -->\n`,
  );
});
