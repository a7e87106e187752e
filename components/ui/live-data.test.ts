import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newestOnly, retryAfterMs } from "./live-data.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("failures back off, but never beyond a bound", () => {
  const waits = [1, 2, 3, 4, 50].map((failures) => retryAfterMs(failures, 0.5));
  expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 30_000]);
  expect(retryAfterMs(1_000, 1)).toBeLessThanOrEqual(37_500);
});

/** Questions that wait for the test's answer, and end where they are aborted, as fetch does. */
function questions() {
  const asked: { answer: (text: string) => void; fail: () => void; signal: AbortSignal }[] = [];
  const ask = newestOnly(
    (_address, signal) =>
      new Promise<string>((answer, reject) => {
        const fail = () => reject(new Error("no answer"));
        signal.addEventListener("abort", fail);
        asked.push({ answer, fail, signal });
      }),
  );
  return { asked, ask };
}

test("a newer question ends the open one, whose asker gets the newer answer", async () => {
  const { asked, ask } = questions();
  const [older, newer] = [ask("/status"), ask("/status")];
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  asked[1]?.answer("paid");
  expect(await Promise.all([older, newer])).toEqual(["paid", "paid"]);
});

test("a failure is told once: by the newest question", async () => {
  const { asked, ask } = questions();
  const [older, newer] = [ask("/status"), ask("/status")];
  asked[1]?.fail();
  await expect(newer).rejects.toThrow("no answer");
  expect(await older).toBeUndefined();
});

test("a question without an answer ends after eight seconds", async () => {
  const { ask } = questions();
  const asked = ask("/status");
  const failed = expect(asked).rejects.toThrow("no answer");
  await vi.advanceTimersByTimeAsync(8_000);
  await failed;
});
