import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { createGuard, type NotSent } from "./guard.ts";

// Goal: a peer that fails is left alone for a while and tried by one call, others are not touched, and nothing waits without a bound.

const budget = { failures: 3, restMs: SECOND_MS, restMsMax: 4 * SECOND_MS, atOnce: 2, waiting: 1 };
type PeerAnswer = { kind: "answer"; ok: boolean };
const RESTING: NotSent = { kind: "not_sent", why: "resting" };
const answer = (ok: boolean) => async (): Promise<PeerAnswer> => ({ kind: "answer", ok });

const changes: string[] = [];
const create = () =>
  createGuard<PeerAnswer>({
    budget,
    isFailure: ({ ok }) => !ok,
    onChange: (peer, state) => changes.push(`${peer} ${state}`),
  });
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  changes.length = 0;
});
afterEach(() => vi.useRealTimers());

async function fail(guard: ReturnType<typeof create>, peer: string, times: number): Promise<void> {
  for (let each = 0; each < times; each++) await guard.run(peer, answer(false));
}

test("after so many failures in a row nothing is sent to this peer, and everything to the others", async () => {
  const guard = create();
  await fail(guard, "a", 3);
  const work = vi.fn(answer(true));
  expect(await guard.run("a", work)).toEqual(RESTING);
  expect(work).not.toHaveBeenCalled();
  expect(await guard.run("b", answer(true))).toEqual({ kind: "answer", ok: true });
  expect(changes).toEqual(["a resting"]);
});

test("a peer that fails now and then is never left alone", async () => {
  const guard = create();
  for (let round = 0; round < 20; round++) {
    await fail(guard, "a", 2);
    expect(await guard.run("a", answer(true))).toEqual({ kind: "answer", ok: true });
  }
  expect(changes).toEqual([]);
});

test("one call tries it again, the others do not wait for that one, and a good answer ends the rest", async () => {
  const guard = create();
  await fail(guard, "a", 3);
  pass(SECOND_MS);
  const { promise, resolve } = Promise.withResolvers<PeerAnswer>();
  const trying = guard.run("a", () => promise);
  expect(await guard.run("a", answer(true))).toEqual(RESTING);
  resolve({ kind: "answer", ok: true });
  expect(await trying).toEqual({ kind: "answer", ok: true });
  expect(await guard.run("a", answer(true))).toEqual({ kind: "answer", ok: true });
  expect(changes).toEqual(["a resting", "a well"]);
});

test("each try that fails makes the rest longer, up to a bound", async () => {
  const guard = create();
  await fail(guard, "a", 3);
  for (const restMs of [1, 2, 4, 4].map((seconds) => seconds * SECOND_MS)) {
    pass(restMs - 1);
    expect(await guard.run("a", answer(false))).toEqual(RESTING);
    pass(1);
    expect(await guard.run("a", answer(false))).toEqual({ kind: "answer", ok: false });
  }
});

test("a clock that is put back leaves nobody resting until it has caught up", async () => {
  const guard = create();
  await fail(guard, "a", 3);
  pass(-10 * MINUTE_MS);
  expect(await guard.run("a", answer(true))).toEqual({ kind: "answer", ok: true });
});

test("what finds no room is not sent, and what waits for room is", async () => {
  const guard = create();
  const { promise, resolve } = Promise.withResolvers<PeerAnswer>();
  const held = [1, 2, 3].map(() => guard.run("a", () => promise));
  expect(await guard.run("a", answer(true))).toEqual({ kind: "not_sent", why: "full" });
  expect(await guard.run("b", answer(true))).toEqual({ kind: "answer", ok: true });
  resolve({ kind: "answer", ok: true });
  expect(await Promise.all(held)).toHaveLength(3);
  expect(await guard.run("a", answer(true))).toEqual({ kind: "answer", ok: true });
});

test("what waited while the others failed is not sent either", async () => {
  const guard = create();
  await fail(guard, "a", 1);
  const { promise, resolve } = Promise.withResolvers<PeerAnswer>();
  const held = [1, 2].map(() => guard.run("a", () => promise));
  const work = vi.fn(answer(true));
  const waiting = guard.run("a", work);
  resolve({ kind: "answer", ok: false });
  await Promise.all(held);
  expect(await waiting).toEqual(RESTING);
  expect(work).not.toHaveBeenCalled();
});

test("a fault of our own is thrown on, and is no failure of the peer", async () => {
  const guard = create();
  const broken = () => Promise.reject(new Error("ours"));
  for (let round = 0; round < 5; round++) await expect(guard.run("a", broken)).rejects.toThrow("ours");
  expect(await guard.run("a", answer(true))).toEqual({ kind: "answer", ok: true });
});

test("so many peers are remembered, and one that rests is not forgotten for them", async () => {
  const guard = create();
  await fail(guard, "rests", 3);
  for (let peer = 0; peer < 1_200; peer++) await guard.run(`peer ${peer}`, answer(true));
  expect(await guard.run("rests", answer(true))).toEqual(RESTING);
});
