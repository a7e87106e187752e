import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

// Goal: the table of ASVS claims nothing that is not there.

const text = readFileSync("lib/testing/security/asvs.md", "utf8");
const rows = [...text.matchAll(/^\| (\d+\.\d+\.\d+) \| (yes|no|n\/a) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, id = "", answer = "", short = "", shown = ""]) => ({ id, answer, short: short.trim(), shown: shown.trim() }),
);
/** Requirements of levels 1 and 2 in version 5.0.0. */
const REQUIREMENTS = 253;
const counts = (answer: string) => rows.filter((row) => row.answer === answer).length;

test("every requirement has one line, and the sums above are theirs", () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(REQUIREMENTS);
  expect(rows).toHaveLength(REQUIREMENTS);
  expect(text.replaceAll("\n", " ")).toContain(
    `${counts("yes")} yes, ${counts("no")} no, ${counts("n/a")} not applicable`,
  );
});

test.each(rows.filter(({ answer }) => answer === "yes"))("$id is shown by what it names", ({ shown }) => {
  const places = shown.split(" · ").map((place) => /^`([^`]+)`(?: › (.+))?$/.exec(place));
  expect(places.length).toBeGreaterThan(0);
  for (const place of places) {
    const [, file = "", words] = place ?? [];
    expect(existsSync(file), `${shown}: ${file}`).toBe(true);
    if (words !== undefined) expect(readFileSync(file, "utf8"), file).toContain(words);
    else expect(statSync(file).isFile() || statSync(file).isDirectory()).toBe(true);
  }
});

test.each(rows.filter(({ answer }) => answer !== "yes"))("$id says why", ({ short, shown }) => {
  expect(short.length).toBeGreaterThan(2);
  expect(shown.length).toBeGreaterThan(3);
});
