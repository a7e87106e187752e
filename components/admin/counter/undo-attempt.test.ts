import { expect, test } from "vitest";
import { afterTry, beginUndo, type UndoAttempt } from "./undo-attempt.ts";

let made = 0;
const makeToken = () => `token ${++made}`;

test("a try without an answer leaves the same question open, with its token and what went wrong", () => {
  const asked = beginUndo(null, makeToken);
  const open = afterTry(asked, { message: "offline", isAnswered: false });
  expect(open).toEqual({ token: asked.token, trouble: "offline" });
  // Closed and opened again: nobody knows yet whether the first try was done.
  expect(beginUndo(open, makeToken).token).toBe(asked.token);
});

test("an answer ends it, and the next question is another one", () => {
  const asked: UndoAttempt = beginUndo(null, makeToken);
  expect(afterTry(asked, { message: "done", isAnswered: true })).toBeNull();
  expect(beginUndo(null, makeToken).token).not.toBe(asked.token);
});
