import { expect, test } from "vitest";
import { gather } from "./gather.ts";

test("what is given within a moment is passed on once, in its order, and what comes later by itself", async () => {
  const passed: (readonly string[])[] = [];
  const give = gather<string>(async (things) => void passed.push(things), 5);
  const first = [give("a"), give("b")];
  expect(passed).toEqual([]);
  await Promise.all(first);
  await give("c");
  expect(passed).toEqual([["a", "b"], ["c"]]);
});

test("what fails, fails for those who were passed on together, and for nobody after them", async () => {
  let fails = true;
  const give = gather<string>(async () => {
    if (fails) throw new Error("away");
  }, 1);
  const both = await Promise.allSettled([give("a"), give("b")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  fails = false;
  await expect(give("c")).resolves.toBeUndefined();
});
