import { beforeEach, expect, test } from "vitest";
import { noteAnswer, noteFailure, readContact } from "./contact.ts";

beforeEach(() => noteAnswer(1_000));

test("contact is lost with the second failure in a row, and keeps the time of the last answer", () => {
  noteFailure();
  expect(readContact()).toEqual({ answeredAt: 1_000, isLost: false });
  noteAnswer(2_000);
  noteFailure();
  expect(readContact().isLost).toBe(false);
  noteFailure();
  noteFailure();
  expect(readContact()).toEqual({ answeredAt: 2_000, isLost: true });
});

test("one answer is enough to have it back, and the count begins anew", () => {
  noteFailure();
  noteFailure();
  noteAnswer(3_000);
  expect(readContact()).toEqual({ answeredAt: 3_000, isLost: false });
  noteFailure();
  expect(readContact().isLost).toBe(false);
});
