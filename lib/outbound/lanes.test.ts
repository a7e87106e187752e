import { expect, test, vi } from "vitest";
import { createLanes } from "./lanes.ts";

// Goal: a receiver that hangs delays itself alone, and nothing that is due is forgotten.
// Method: turns that end when the test says so; what is due is a list.

function scene(concurrency = 2) {
  const due: { name: string; receiver: string }[] = [];
  const begun: string[] = [];
  const open = new Map<string, () => void>();
  const onError = vi.fn();
  const lanes = createLanes({
    concurrency,
    stopMs: 50,
    onError,
    async turn(receiver) {
      const at = due.findIndex((each) => each.receiver === receiver);
      if (at < 0) return "idle";
      const name = due.splice(at, 1)[0]?.name ?? "";
      begun.push(name);
      await new Promise<void>((resolve) => open.set(name, resolve));
      return "again";
    },
    due: async () => due.map(({ receiver }) => receiver),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ lanes, begun, due, onError, settled },
    row: (name: string, receiver: string) => void due.push({ name, receiver }),
    send(name: string, receiver: string) {
      due.push({ name, receiver });
      lanes.offer(receiver);
    },
    async end(name: string) {
      open.get(name)?.();
      open.delete(name);
      await settled();
    },
  };
}

test("a receiver has a few turns of its own, and the others have theirs", async () => {
  const { begun, send, end, settled } = scene();
  for (const name of ["a1", "a2", "a3", "a4"]) send(name, "a");
  send("b1", "b");
  await settled();
  expect(begun).toEqual(["a1", "a2", "b1"]);
  await end("a2");
  expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
  await end("a1");
  expect(begun.at(-1)).toBe("a4");
});

test("fifty receivers that hang leave the healthy one as prompt as it was", async () => {
  const { begun, send, end, settled } = scene(3);
  for (let order = 0; order < 40; order++) {
    for (let dead = 0; dead < 50; dead++) send(`dead ${dead} ${order}`, `dead ${dead}`);
    send(`healthy ${order}`, "healthy");
    await settled();
    expect(begun.at(-1)).toBe(`healthy ${order}`);
    await end(`healthy ${order}`);
  }
  expect(begun.filter((name) => name.startsWith("dead"))).toHaveLength(150);
});

test("a sweep starts what was missed, and a backlog is worked off as room comes", async () => {
  const { lanes, begun, row, due, end, settled } = scene();
  for (const name of ["a1", "a2", "a3", "a4", "a5"]) row(name, "a");
  await lanes.sweep();
  await settled();
  expect(begun).toEqual(["a1", "a2"]);
  for (const name of ["a1", "a2", "a3", "a4", "a5"]) await end(name);
  expect([due, begun]).toEqual([[], ["a1", "a2", "a3", "a4", "a5"]]);
});

test("what is offered while the last look comes back empty is not forgotten", async () => {
  const looks: (() => void)[] = [];
  const lanes = createLanes({
    turn: () => new Promise((resolve) => looks.push(() => resolve("idle"))),
    due: async () => [],
    onError: vi.fn(),
  });
  lanes.offer("a");
  await vi.waitUntil(() => looks.length === 1);
  lanes.offer("a");
  looks[0]?.();
  await vi.waitUntil(() => looks.length === 2);
  looks[1]?.();
  await lanes.stop();
  expect(looks).toHaveLength(2);
});

test("a turn that breaks off frees its place and is reported", async () => {
  const onError = vi.fn();
  const away = new Error("away");
  const lanes = createLanes({ turn: () => Promise.reject(away), due: async () => [], onError });
  lanes.offer("a");
  await vi.waitUntil(() => onError.mock.calls.length === 1);
  lanes.offer("a");
  await vi.waitUntil(() => onError.mock.calls.length === 2);
  expect(onError).toHaveBeenCalledWith("a", away);
  await lanes.stop();
});

test("an end takes nothing new and does not wait for a receiver that hangs", async () => {
  const { lanes, begun, send, settled } = scene(1);
  send("a1", "a");
  send("a2", "a");
  await settled();
  await lanes.stop();
  send("b1", "b");
  await settled();
  expect(begun).toEqual(["a1"]);
});
