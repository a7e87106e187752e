import { expect, test } from "vitest";
import { differencesCsv, type ExportedDifference } from "./differences-csv.ts";

// Goal: what others wrote into a bill is text in an office program, never a formula, and no cell breaks out of its place.

const difference = (change: Partial<ExportedDifference> = {}): ExportedDifference => ({
  ...{ kind: "only_in_bill", tradeNumber: "N1", refundNumber: null, transactionId: "4200000000000000000000000001" },
  ...{ ours: null, theirs: 1234, foundAt: new Date("2026-07-02T02:23:00Z") },
  ...{ closedAt: null, closedBy: null, closedReason: null },
  ...change,
});
const csv = (differences: readonly ExportedDifference[], mark: string | null = null) =>
  differencesCsv({ day: "2026-07-01", differences, language: "en", mark });

test("a head and one line each, in yuan, with the transaction's number whole", () => {
  const text = csv([difference(), difference({ ours: "SUCCESS", theirs: "REVOKED" })]);
  const lines = text.trimEnd().split("\r\n");
  expect(text.startsWith("\uFEFFday,kind,")).toBe(true);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(",12.34,");
  expect(lines[1]).toContain("'4200000000000000000000000001");
  expect(lines[2]).toContain(",REVOKED,SUCCESS,");
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])("%j is no formula", (evil) => {
  const text = csv([difference({ tradeNumber: evil, closedReason: evil })]);
  for (const cell of text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    expect(cell.replace(/^"/, "")).not.toMatch(/^[=+\-@\t\r]/);
  }
});

test("commas, quotes and line ends stay in their cell; a sandbox's export says so on every line", () => {
  const text = csv([difference({ closedReason: 'a,"b"\nc' })], "SANDBOX");
  expect(text).toContain('"a,""b""\nc",SANDBOX\r\n');
  expect(text.split("\r\n")[0]?.endsWith(",SANDBOX")).toBe(true);
});
