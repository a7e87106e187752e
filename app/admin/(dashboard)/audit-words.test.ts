import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { adminText } from "#lib/texts/admin.ts";
import { auditActor } from "./audit-words.ts";

const sources = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|(^|\/)testing\/|^texts\//.test(name))
  .map((name) => readFileSync(path.join("lib", name), "utf8"));
/** Programs that appear as actors in the audit log. */
const programs = new Set(
  sources.flatMap((text) =>
    [...text.matchAll(/\b(?:actor|ACTOR|by)(?::| =) "([^"]+)"/g)].map(([, name]) => name ?? ""),
  ),
);

test.each(["zh-CN", "en"] as const)("every program that acts has a name in %s", (language) => {
  const text = adminText(language);
  expect(programs.size).toBeGreaterThan(4);
  expect([...programs].filter((actor) => text.audit.actors[actor] === undefined)).toEqual([]);
  expect(auditActor({ actor: "key:key_01abc" }, text)).toContain("key_01abc");
  expect(auditActor({ actor: "kim@shop.test" }, text)).toBe("kim@shop.test");
});
