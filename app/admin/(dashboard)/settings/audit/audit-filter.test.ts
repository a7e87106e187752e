import { expect, test } from "vitest";
import { auditFilterOf } from "./audit-filter.ts";

test("days are days of Beijing, the last one included", () => {
  const { filter, kept } = auditFilterOf({ about: "config", q: " kim ", from: "2026-11-29", to: "2026-11-30" });
  expect(filter).toEqual({
    ...{ about: "config", text: "kim" },
    from: new Date("2026-11-28T16:00:00Z"),
    to: new Date("2026-11-30T16:00:00Z"),
  });
  expect(kept).toEqual({ about: "config", q: "kim", from: "2026-11-29", to: "2026-11-30" });
});

test("what is no topic and no day narrows nothing", () => {
  expect(auditFilterOf({ about: "%", q: "  ", from: "2026-13-01", to: "yesterday" })).toMatchObject({
    filter: {},
    kept: {},
  });
});
