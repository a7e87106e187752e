import { afterEach, expect, test, vi } from "vitest";
import { announceRealMode } from "./announce-real-mode.ts";

afterEach(() => vi.useRealTimers());

test("the launcher hears of real credentials once, and neither of the sandbox nor of trouble", async () => {
  vi.useFakeTimers();
  const answers: (() => Promise<{ sandbox: boolean } | null>)[] = [
    async () => null,
    async () => ({ sandbox: true }),
    () => Promise.reject(new Error("the database is away")),
  ];
  const send = vi.fn();
  const active = () => (answers.shift() ?? (async () => ({ sandbox: false })))();
  const telling = announceRealMode({ accounts: { active }, send, everyMs: 10 });
  await vi.advanceTimersByTimeAsync(35);
  expect(send).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(send.mock.calls).toEqual([[{ mode: "real" }]]);
  telling.stop();
});
