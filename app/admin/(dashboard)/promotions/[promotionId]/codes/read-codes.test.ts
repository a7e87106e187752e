import { expect, test } from "vitest";
import { readFile, readTyped } from "./read-codes.ts";

// Goal: codes come in as people have them, and the first that cannot be one is named by its line.

test("pasted: a line each, or with what people put between", () => {
  expect(readTyped(' A-1 \r\nB 2，C3;D4、E5\n\n"F6"')).toEqual({
    codes: ["A-1", "B 2", "C3", "D4", "E5", "F6"],
    bad: null,
  });
});

test("a file: the first column, without its title and the guard of our own files", () => {
  const file = '\ufeff优惠码,备注\r\n"A-1",x\r\n\'00012,y\r\n\r\nB2\r\n';
  expect(readFile(file)).toEqual({ codes: ["A-1", "00012", "B2"], bad: null });
  expect(readFile("CODE-1\nCODE-2").codes).toEqual(["CODE-1", "CODE-2"]);
});

test.each([
  [`A1\n${"x".repeat(65)}`, 2],
  ["A1\nB2\n--", 3],
  ["A\u0000", 1],
])("what cannot be a code is named: %j", (text, line) => {
  expect(readTyped(text).bad).toMatchObject({ line });
});
