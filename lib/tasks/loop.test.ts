import { expect, test, vi } from "vitest";
import { startLoop } from "./loop.ts";

const silent = { info() {}, error() {} };

test("one round after the other, never two at once, and none after it was stopped", async () => {
  let [alive, most, rounds] = [0, 0, 0];
  const loop = startLoop({
    name: "test",
    everyMs: 0,
    log: silent,
    run: async () => {
      most = Math.max(most, ++alive);
      await new Promise((resolve) => setImmediate(resolve));
      alive--;
      rounds++;
      return rounds % 2 ? "again" : "done";
    },
  });
  await vi.waitUntil(() => rounds >= 6, { interval: 1 });
  await loop.stop();
  const before = rounds;
  expect({ alive, most }).toEqual({ alive: 0, most: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rounds).toBe(before);
});

test("failures are reported once, then the recovery", async () => {
  const events: string[] = [];
  const tell = (event: string) => void events.push(event);
  let rounds = 0;
  const loop = startLoop({
    name: "test",
    everyMs: 0,
    log: { info: tell, error: tell },
    run: async () => {
      if (++rounds <= 3) throw new Error("away");
      return "done";
    },
  });
  await vi.waitUntil(() => rounds >= 6, { interval: 1 });
  await loop.stop();
  expect(events).toEqual(["loop.failed", "loop.recovered"]);
});

test("a loop that is woken does not wait, many wakes are one round, and one during a round is followed by another", async () => {
  let rounds = 0;
  let end = (): void => {};
  const loop = startLoop({
    name: "test",
    everyMs: 3_600_000,
    log: silent,
    run: () => {
      rounds++;
      return new Promise((resolve) => {
        end = () => resolve("done");
      });
    },
  });
  const ended = async (count: number) => {
    await vi.waitUntil(() => rounds === count, { interval: 1 });
    end();
  };
  await ended(1);
  for (let times = 0; times < 5; times++) loop.wake();
  await vi.waitUntil(() => rounds === 2, { interval: 1 });
  loop.wake();
  await ended(2);
  await ended(3);
  const stopped = loop.stop();
  await stopped;
  expect(rounds).toBe(3);
});
