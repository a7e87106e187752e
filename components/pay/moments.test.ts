import { expect, test } from "vitest";
import { payText } from "#lib/texts/pay.ts";
import { clockText, remainingText } from "./moments.ts";

const CHINESE = payText("zh-CN").live.dayAndTime;

const NOON = Date.parse("2026-07-01T12:00:00+08:00");

test("the hour stands alone today and brings its day otherwise, by Beijing's calendar", () => {
  expect(clockText("2026-07-01T07:42:10.000Z", NOON, CHINESE)).toBe("15:42");
  expect(clockText("2026-07-01T16:05:00.000Z", NOON, CHINESE)).toBe("7月2日 00:05");
  expect(clockText("2026-07-01T16:05:00.000Z", NOON, payText("en").live.dayAndTime)).toBe("2026-07-02 00:05");
});

test("what is left never reads zero while time remains", () => {
  expect(remainingText(1)).toBe("00:01");
  expect(remainingText(0)).toBe("00:00");
  expect(remainingText(-5)).toBe("00:00");
  expect(remainingText(872_000)).toBe("14:32");
  expect(remainingText(7_200_000)).toBe("2:00:00");
});
