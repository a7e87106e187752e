import { expect, test } from "vitest";
import { formatId, ID_RANDOM_BYTES, isId, readableCode } from "./ids.ts";
import { CODE_ALPHABET, codeKey, formatCode, keysOf } from "./promotion-code.ts";

// Goal: ids sort by time, hold all of their randomness, and nothing else is taken for one.

test("an id is its kind, its moment and its random bytes", () => {
  expect(formatId("order", 0, new Uint8Array(10))).toBe(`ord_${"0".repeat(26)}`);
  expect(formatId("refund", 1_767_225_600_000, Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]))).toBe(
    "ref_01kdvdna00000g40r40m30e27z",
  );
  expect(formatId("till", 31.9, new Uint8Array(10).fill(255))).toBe(`til_${"0".repeat(9)}z${"z".repeat(16)}`);
  const [early, late] = [1_000, 1_001].map((ms) => formatId("order", ms, new Uint8Array(10).fill(ms % 256)));
  expect([late, early].toSorted()).toEqual([early, late]);
  for (const length of [ID_RANDOM_BYTES - 1, ID_RANDOM_BYTES + 1]) {
    expect(() => formatId("order", 0, new Uint8Array(length))).toThrow("an id takes 10 random bytes");
  }
});

test("an id is of its kind, 26 characters long, in the alphabet without i, l, o and u", () => {
  const id = formatId("order", 1, new Uint8Array(10).fill(7));
  expect(isId("order", id)).toBe(true);
  for (const other of [
    `${id}0`,
    id.replace("_", "_0"),
    id.replace("_", "_!"),
    id.slice(0, -1),
    id.toUpperCase(),
    `x${id.slice(1)}`,
    id.replace("_", "-"),
    "",
  ]) {
    expect(isId("order", other), other).toBe(false);
  }
  expect(isId("refund", id)).toBe(false);
  for (const letter of "ilou") expect(isId("order", `${id.slice(0, -1)}${letter}`)).toBe(false);
  for (const letter of "0hjkmnptvz9") expect(isId("order", `${id.slice(0, -1)}${letter}`)).toBe(true);
});

test("a code of bytes has eight characters for five bytes, and one for what is left over", () => {
  expect(readableCode(Uint8Array.from([255, 255, 255, 255, 255]))).toBe("ZZZZZZZZ");
  expect(readableCode(Uint8Array.from([8]))).toBe("10");
  expect(readableCode(Uint8Array.from([255]))).toBe("ZW");
  expect(readableCode(Uint8Array.from([0xf8, 0x3e, 0x0f, 0x83, 0xe0]))).toBe("Z0Z0Z0Z0");
  expect(readableCode(new Uint8Array(0))).toBe("");
});

test("promotion codes are one where case, width, spaces and dashes differ", () => {
  for (const typed of [
    "XMAS-37ACD",
    "xmas 37acd",
    "ｘｍａｓ３７ａｃｄ",
    "xmas_37.acd",
    "\u2028xmas\u201037\ufeffacd·",
  ]) {
    expect(codeKey(typed)).toBe("XMAS37ACD");
  }
  expect(codeKey(" -_. ")).toBe("");
  // Letters outside of the alphabet keep their case, as Postgres does it.
  expect(codeKey("ßé")).toBe("ßé");
  expect(keysOf(["a", "A ", "-", "b"])).toEqual(["A", "B"]);
});

test("a made code is in groups of five behind its prefix", () => {
  const picks = [0, 1, 2, 3, 4, 5, 6, 7, 8, 22];
  expect(CODE_ALPHABET).toHaveLength(23);
  expect(formatCode("XMAS", picks)).toBe("XMAS-34679-ACDEY");
  expect(formatCode("", picks)).toBe("34679-ACDEY");
  expect(formatCode("X", [])).toBe("X");
});
