import { expect, test } from "vitest";
import { differencesCsv, type ExportedDifference, type ExportWords } from "./differences-csv.ts";
import { DISCREPANCY_KINDS } from "./discrepancy.ts";
import { CLOSED_REASONS } from "./resolve.ts";

// Goal: what others wrote into a bill is text in an office program, never a formula, and no cell breaks out of its place.

const difference = (change: Partial<ExportedDifference> = {}): ExportedDifference => ({
  ...{ kind: "only_in_bill", tradeNumber: "N1", refundNumber: null, transactionId: "4200000000000000000000000001" },
  ...{ ours: null, theirs: 1234, foundAt: new Date("2026-07-02T02:23:00Z") },
  ...{ closedAt: null, closedBy: null, closedReason: null },
  ...change,
});
const kinds = (name: string) => Object.fromEntries(DISCREPANCY_KINDS.map((kind) => [kind, `${name} ${kind}`]));
const WORDS = {
  "zh-CN": { kinds: kinds("差异"), reasons: { [CLOSED_REASONS.asked]: "已向微信查询" }, closedByRun: "自动结案" },
  en: { kinds: kinds("kind"), reasons: {}, closedByRun: "a later run" },
} as unknown as Readonly<Record<"zh-CN" | "en", ExportWords>>;
const csv = (differences: readonly ExportedDifference[], mark: string | null = null, language: "zh-CN" | "en" = "en") =>
  differencesCsv({ day: "2026-07-01", differences, language, words: WORDS[language], mark });

test("a head and one line each, in yuan, with the transaction's number whole", () => {
  const text = csv([difference(), difference({ ours: "SUCCESS", theirs: "REVOKED" })]);
  const lines = text.trimEnd().split("\r\n");
  expect(text.startsWith("\uFEFFday,kind,")).toBe(true);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(",12.34,");
  expect(lines[1]).toContain("'4200000000000000000000000001");
  expect(lines[2]).toContain(",REVOKED,SUCCESS,");
});

test("numbers stay text in a spreadsheet", () => {
  const numbers = { tradeNumber: "2026113012345678901234567890", refundNumber: "1E400", transactionId: "42000" };
  const cells = csv([difference({ ...numbers, kind: "unknown_merchant", ours: "1900000001", theirs: "1999999999" })])
    .split("\r\n")[1]
    ?.split(",");
  expect(cells?.filter((cell) => /^[0-9E]{4,}$/.test(cell))).toEqual([]);
  for (const number of [...Object.values(numbers), "1900000001", "1999999999"]) expect(cells).toContain(`'${number}`);
});

test("in the reader's language, in Beijing's time", () => {
  const closed = {
    closedAt: new Date("2026-07-02T16:00:01Z"),
    closedBy: "reconciliation",
    closedReason: CLOSED_REASONS.asked,
  };
  const one = difference({ ...closed, kind: "status_differs", ours: "closed", theirs: "SUCCESS" });
  const line = csv([one], null, "zh-CN").split("\r\n")[1];
  expect(line).toMatch(/^2026-07-01,差异 status_differs,/);
  expect(line).toMatch(/,SUCCESS,已关闭,2026-07-02 10:23:00,2026-07-03 00:00:01,自动结案,已向微信查询$/);
  expect(csv([], null, "zh-CN")).toContain("发现时间（北京时间）");
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
