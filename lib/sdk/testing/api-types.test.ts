import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { merchantApiDocument } from "./api-document.ts";

// Goal: the SDK's types are those of the OpenAPI document. `npm run sdk` writes them anew.

const FILE = fileURLToPath(new URL("../api.generated.ts", import.meta.url));
const HEAD = "// Made from the OpenAPI document by openapi-typescript: `npm run sdk`. Do not edit.\n\n";

test("lib/sdk/api.generated.ts is what the OpenAPI document comes to", async () => {
  const args = ["--import", "./lib/bin/lint/typescript-api.mjs", "lib/sdk/testing/make-api-types.mjs"];
  const made = spawnSync(process.execPath, args, { input: JSON.stringify(merchantApiDocument()), encoding: "utf8" });
  expect(made.stderr).toBe("");
  await expect(HEAD + made.stdout).toMatchFileSnapshot(FILE);
}, 60_000);
