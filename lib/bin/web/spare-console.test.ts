import { expect, test } from "vitest";
import { spareConsole } from "./spare-console.ts";

test("the framework's lines about broken requests are few of each kind, and others still come through", () => {
  const lines: string[] = [];
  const write = (...given: unknown[]) => void lines.push(given.map(String).join(" "));
  const target = { error: write, warn: write };
  spareConsole(target);
  for (let each = 0; each < 300; each++) {
    target.error("⨯", new Error(`Failed to find Server Action "${each}${"ab".repeat(each % 20)}"`));
  }
  expect(lines).toHaveLength(10);
  target.warn("something else");
  expect(lines.at(-1)).toBe("something else");
  for (let each = 0; each < 300; each++) target.error(`${"x".repeat(each + 1)}`);
  expect(lines.length).toBeLessThanOrEqual(60);
});
