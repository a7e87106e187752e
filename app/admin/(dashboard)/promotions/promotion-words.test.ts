import { expect, test } from "vitest";
import { promotionsText } from "#lib/texts/admin.ts";
import { doneText } from "./promotion-words.ts";

const words = promotionsText("en");

test("a saved promotion says from when on new orders follow the new rule", () => {
  expect(doneText("saved", "running", words)).toBe("Saved: new orders follow the new rule.");
  expect(doneText("saved", "paused", words)).toMatch(/still paused/);
  expect(doneText("saved", "scheduled", words)).toMatch(/once the promotion begins/);
  expect(doneText("saved", "ended", words)).toMatch(/has ended/);
});

test("one that was saved without beginning says so until it is resumed", () => {
  expect(doneText("paused", "paused", words)).toMatch(/has not begun/);
  expect(doneText("paused", "running", words)).toBeUndefined();
  expect([doneText(undefined, "running", words), doneText("other", "running", words)]).toEqual([undefined, undefined]);
});
