import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ProgressEvent } from "./order-progress.ts";
import { pauseAfterMs, startAsking } from "./start-asking.ts";

// Goal: a shopper who may have paid is asked about until it is known, at a pace our server and WeChat can bear.

const VIEW = { id: "ord_1", status: "pending", version: 1 };
const answers = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  answers.mockReset().mockResolvedValue({ ok: true, json: async () => VIEW });
  vi.stubGlobal("fetch", answers);
  vi.stubGlobal("document", { hidden: false });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function ask() {
  const events: ProgressEvent[] = [];
  const asking = startAsking("/check", (event) => void events.push(event));
  const claims = () => events.flatMap((event) => (event.type === "claim" ? [event.claim] : []));
  return { ...asking, events, claims };
}

test("the pauses grow from seconds to half a minute, and no further", () => {
  expect([1, 2, 3, 4, 5, 6, 50].map(pauseAfterMs)).toEqual([2_500, 2_500, 5_000, 10_000, 20_000, 30_000, 30_000]);
});

test("it says after three asks that nothing has come, and goes on asking", async () => {
  const { claims } = ask();
  await vi.advanceTimersByTimeAsync(5_100);
  expect(claims()).toEqual(["asking", "not_yet"]);
  expect(answers).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(answers.mock.calls.length).toBeGreaterThan(20);
  expect(answers.mock.calls.length).toBeLessThan(30);
});

test("it ends with the answer that the order is paid", async () => {
  const { events } = ask();
  answers.mockResolvedValue({ ok: true, json: async () => ({ ...VIEW, status: "paid" }) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toHaveBeenCalledTimes(2);
  expect(events.at(-1)).toMatchObject({ type: "seen", view: { status: "paid" } });
});

test("silence is said to be silence", async () => {
  answers.mockRejectedValue(new TypeError("no network"));
  const { claims } = ask();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(claims()).toEqual(["asking", "ask_failed"]);
});

test("another touch of the button begins again at once", async () => {
  const { syncOrder, claims } = ask();
  await vi.advanceTimersByTimeAsync(60_000);
  const before = answers.mock.calls.length;
  syncOrder();
  await vi.advanceTimersByTimeAsync(5_100);
  expect(answers.mock.calls.length - before).toBe(3);
  expect(claims().slice(-2)).toEqual(["asking", "not_yet"]);
});

test("a hidden page asks nothing, and soon after it is seen again it asks", async () => {
  ask();
  await vi.advanceTimersByTimeAsync(100);
  vi.stubGlobal("document", { hidden: true });
  await vi.advanceTimersByTimeAsync(120_000);
  const hidden = answers.mock.calls.length;
  expect(hidden).toBeLessThanOrEqual(2);
  vi.stubGlobal("document", { hidden: false });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(answers.mock.calls.length).toBe(hidden + 1);
});

test("what was stopped says nothing more", async () => {
  const { stop, events } = ask();
  stop();
  const before = events.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toHaveLength(before);
});
