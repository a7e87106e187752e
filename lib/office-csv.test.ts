import { expect, test } from "vitest";
import { officeCsv } from "./office-csv.ts";

// Goal: office programs can add the amounts up, and take nothing that others wrote for a formula.

test("amounts are numbers in yuan, also where more went back than came in", () => {
  expect(
    officeCsv({
      head: ["day", "net"],
      rows: [
        ["2026-07-01", 1_250n],
        ["2026-07-02", -500n],
      ],
      mark: null,
    }),
  ).toBe("\uFEFFday,net\r\n2026-07-01,12.50\r\n2026-07-02,-5.00\r\n");
});

test("a text that begins like a formula is kept text", () => {
  expect(officeCsv({ head: ["name"], rows: [["-1"], ["=1+1"]], mark: null })).toBe("\uFEFFname\r\n'-1\r\n'=1+1\r\n");
});

test("a mark stands on every line", () => {
  expect(officeCsv({ head: ["a"], rows: [[1]], mark: "SANDBOX" })).toBe("\uFEFFa,SANDBOX\r\n1,SANDBOX\r\n");
});
