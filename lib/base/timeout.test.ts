import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withTimeout } from "./timeout.ts";

// Goal: work that is in time gives its own result, work that is late gives the other one, and no timer stays behind.

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const after = <Value>(ms: number, value: Value): Promise<Value> =>
  new Promise((resolve) => setTimeout(() => resolve(value), ms));

test("in time: the work's own result, and the timer is gone", async () => {
  const result = withTimeout(after(10, "done"), 1_000, () => "late");
  await vi.advanceTimersByTimeAsync(10);
  expect(await result).toBe("done");
  expect(vi.getTimerCount()).toBe(0);
});

test("late: the other result, and the work goes on by itself", async () => {
  const seen: string[] = [];
  const work = after(2_000, "done").then((value) => seen.push(value));
  const result = withTimeout(work, 1_000, () => "late");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await result).toBe("late");
  expect(seen).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toEqual(["done"]);
});

test("what the work or the time-out throws is thrown, and the timer is gone", async () => {
  const broken = withTimeout(Promise.reject(new Error("broken")), 1_000, () => "late");
  await expect(broken).rejects.toThrow("broken");
  expect(vi.getTimerCount()).toBe(0);
  const refused = withTimeout(after(2_000, "done"), 1_000, () => {
    throw new Error("too late");
  });
  refused.catch(() => {});
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(refused).rejects.toThrow("too late");
});
