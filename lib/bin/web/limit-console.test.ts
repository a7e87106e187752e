import { expect, test } from "vitest";
import { limitConsole } from "./limit-console.ts";

test("Next's lines about broken requests are limited per kind, and others still come through", () => {
  const lines: string[] = [];
  const write = (...given: unknown[]) => void lines.push(given.map(String).join(" "));
  const target = { error: write, warn: write };
  limitConsole(target);
  for (let each = 0; each < 300; each++) {
    target.error("⨯", new Error(`Failed to find Server Action "${each}${"ab".repeat(each % 20)}"`));
  }
  expect(lines).toHaveLength(10);
  target.warn("something else");
  expect(lines.at(-1)).toBe("something else");
  for (let each = 0; each < 300; each++) target.error(`${"x".repeat(each + 1)}`);
  expect(lines.length).toBeLessThanOrEqual(60);
});
