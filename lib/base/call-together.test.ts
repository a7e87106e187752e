import { expect, test } from "vitest";
import { callTogether } from "./call-together.ts";

// Goal: calls under load share runs, a lone call waits for nobody, and one that fails takes no other with it.

interface GatedRun {
  readonly calls: readonly number[];
  answer(): void;
  fail(cause: Error): void;
}

function gated(lanes: number, waitingMax = 100) {
  const runs: GatedRun[] = [];
  const call = callTogether<number, string>({
    lanes,
    callsMax: 3,
    waitingMax,
    runAll: (calls) =>
      new Promise((resolve, reject) => {
        runs.push({ calls, answer: () => resolve(calls.map((each) => `answer ${each}`)), fail: reject });
      }),
    mayRunAlone: (cause) => cause instanceof Error && cause.message === "refused",
  });
  return { runs, call, callsOf: () => runs.map(({ calls }) => [...calls]) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a call that finds a lane free goes at once; the others go together when one is", async () => {
  const { runs, call, callsOf } = gated(2);
  const answers = [1, 2, 3, 4, 5, 6].map(call);
  expect(callsOf()).toEqual([[1], [2]]);
  runs[1]?.answer();
  await settle();
  expect(callsOf()).toEqual([[1], [2], [3, 4, 5]]);
  for (const each of [0, 2, 3]) {
    runs[each]?.answer();
    await settle();
  }
  expect(callsOf()).toEqual([[1], [2], [3, 4, 5], [6]]);
  expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5, 6].map((each) => `answer ${each}`));
});

test("after a lull a call goes at once again", async () => {
  const { runs, call, callsOf } = gated(1);
  const first = call(1);
  runs[0]?.answer();
  await first;
  await settle();
  void call(2);
  expect(callsOf()).toEqual([[1], [2]]);
});

test("a run that was refused is run call by call, and only the bad one fails", async () => {
  const { runs, call, callsOf } = gated(1);
  const first = call(1);
  const others = [2, 3, 4].map(call);
  const settled = Promise.allSettled(others);
  runs[0]?.answer();
  await first;
  await settle();
  runs[1]?.fail(new Error("refused"));
  await settle();
  runs[2]?.answer();
  await settle();
  runs[3]?.fail(new Error("refused"));
  await settle();
  runs[4]?.answer();
  expect(await settled).toMatchObject([
    { value: "answer 2" },
    { status: "rejected", reason: { message: "refused" } },
    { value: "answer 4" },
  ]);
  expect(callsOf()).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
});

test("what may have been done is not done again: all callers hear of the failure, and later ones are served", async () => {
  const { runs, call, callsOf } = gated(1);
  const first = call(1);
  const both = Promise.allSettled([call(2), call(3)]);
  runs[0]?.answer();
  await first;
  await settle();
  runs[1]?.fail(new Error("connection lost"));
  expect(await both).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  const next = call(4);
  runs[2]?.answer();
  expect(await next).toBe("answer 4");
  expect(callsOf()).toEqual([[1], [2, 3], [4]]);
});

test("one more than may wait is refused at once and comes again later; those who wait are served", async () => {
  const { runs, call, callsOf } = gated(1, 2);
  const [first, second, third] = [call(1), call(2), call(3)];
  await expect(call(4)).rejects.toMatchObject({
    ...{ code: "unavailable", retryAfterS: 2, detail: "too many calls wait for the database" },
  });
  runs[0]?.answer();
  await first;
  await settle();
  runs[1]?.answer();
  expect([await second, await third]).toEqual(["answer 2", "answer 3"]);
  void call(5);
  expect(callsOf()).toEqual([[1], [2, 3], [5]]);
});

test("a run is not repeated unless it is known that it changed nothing", async () => {
  const runs: (readonly number[])[] = [];
  const call = callTogether<number, string>({
    ...{ lanes: 1, callsMax: 3 },
    runAll: async (calls) => {
      runs.push(calls);
      await settle();
      throw new Error("refused");
    },
  });
  const answers = await Promise.allSettled([1, 2, 3].map(call));
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(runs).toEqual([[1], [2, 3]]);
});
