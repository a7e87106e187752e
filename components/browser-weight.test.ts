import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

// zod weighs more than everything else on a page of the dashboard. Types of the contract cost nothing; its schemas bring zod.

test("no component brings the contract's schemas to a browser", () => {
  const files = readdirSync("components", { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file),
  );
  const schemas = readdirSync("lib/contract").filter(
    (file) => file.endsWith(".ts") && readFileSync(path.join("lib/contract", file), "utf8").includes('from "zod"'),
  );
  const bringing = files.flatMap((file) =>
    [
      ...readFileSync(path.join("components", file), "utf8").matchAll(
        /^import (?!type )[^;]*"#lib\/contract\/([^"]+)";/gm,
      ),
    ]
      .filter(([, name = ""]) => schemas.includes(name))
      .map(([, name]) => `${file}: ${name}`),
  );
  expect(bringing).toEqual([]);
});
