import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

// Goal: the script that shops load is the one of these sources, small, and readable by the engines of the pay page.

const BUILT = fileURLToPath(new URL("../../public/embed.js", import.meta.url));
const BYTES_MAX = 5 * 1_024;

test("public/embed.js is what these sources come to; `npm run sdk` writes it anew", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./embed.ts", import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2018", "chrome78", "safari13", "ios13", "firefox78"],
    // They read it; Safari before 14.1 errs in a form of it that we do not write.
    supported: { destructuring: true },
    legalComments: "none",
  });
  await expect(outputFiles[0]?.text).toMatchFileSnapshot(BUILT);
});

test("it is at most 5 KB", () => {
  expect(readFileSync(BUILT).length).toBeLessThanOrEqual(BYTES_MAX);
});
