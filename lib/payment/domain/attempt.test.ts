import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { anAttempt, anOrder, later, MOMENT } from "#lib/testing/domain-fixture.ts";
import {
  type AttemptStatus,
  attemptMachine,
  freeNumber,
  handoverName,
  isFresh,
  isLive,
  liveAttempt,
  nextCheckAt,
  nextNumber,
  refuseWhileCharged,
  requireAttemptBudget,
  serves,
} from "./attempt.ts";

// Goal: which trade is open, what it is called, how long it can be paid with, and how many there may be.

test("the ways between the states", () => {
  const ways = attemptMachine.states.map((from) => [
    from,
    attemptMachine.states.filter((to) => attemptMachine.allows(from, to)),
  ]);
  expect(Object.fromEntries(ways)).toEqual({
    opening: ["waiting", "succeeded", "failed", "closed"].sort(byTable),
    waiting: ["succeeded", "closed"].sort(byTable),
    failed: ["succeeded"],
    closed: ["succeeded"],
    succeeded: [],
  });
  expect([attemptMachine.name, attemptMachine.initial]).toEqual(["attempt", "opening"]);
});
const byTable = (one: string, two: string): number =>
  attemptMachine.states.indexOf(one as AttemptStatus) - attemptMachine.states.indexOf(two as AttemptStatus);

test("opening and waiting ones can be paid; the others are over", () => {
  const live = attemptMachine.states.filter((status) => isLive({ status }));
  expect(live).toEqual(["opening", "waiting"]);
  const [over, open] = [anAttempt({ status: "closed" }), anAttempt({ id: "att_2" })];
  expect(liveAttempt([over, open])).toBe(open);
  expect(liveAttempt([over])).toBeUndefined();
});

describe("the number of a trade", () => {
  const taken =
    (...numbers: string[]) =>
    async (number: string) =>
      numbers.includes(number);

  test("is the order's own for the first, and has the sequence behind it for the next", async () => {
    expect(await freeNumber("order-1", 1, taken())).toEqual({ sequence: 1, number: "order-1" });
    expect(await freeNumber("order-1", 2, taken())).toEqual({ sequence: 2, number: "order-1-2" });
    expect(await freeNumber("order-1", 1, taken("order-1", "order-1-2"))).toEqual({ sequence: 3, number: "order-1-3" });
  });

  test("is looked for a hundred times and no more", async () => {
    const asked: string[] = [];
    const all = async (number: string) => asked.push(number) > 0;
    expect(await freeNumber("a", 1, all)).toBeNull();
    expect([asked.length, asked[0], asked.at(-1)]).toEqual([100, "a", "a-100"]);
  });

  test("ends at 999, and at the 32 characters that WeChat allows", async () => {
    expect(await freeNumber("a", 999, taken())).toEqual({ sequence: 999, number: "a-999" });
    expect(await freeNumber("a", 1_000, taken())).toBeNull();
    expect(await freeNumber("x".repeat(30), 2, taken())).toEqual({ sequence: 2, number: `${"x".repeat(30)}-2` });
    expect(await freeNumber("x".repeat(31), 2, taken())).toBeNull();
  });

  test("goes on from the last one, whatever became of it, and asks for this order", async () => {
    const order = anOrder();
    const asked: [string, string][] = [];
    const free = async (number: string, orderId: string) => {
      asked.push([number, orderId]);
      return false;
    };
    expect(await nextNumber(order, [], free)).toEqual({ sequence: 1, number: "order-1" });
    expect(await nextNumber(order, [{ sequence: 1 }, { sequence: 4 }], free)).toEqual({
      sequence: 5,
      number: "order-1-5",
    });
    expect(asked).toEqual([
      ["order-1", "ord_1"],
      ["order-1-5", "ord_1"],
    ]);
  });

  test("that nobody can have is told with what is in the way", async () => {
    const none = nextNumber(anOrder(), [{ sequence: 1 }], async () => true);
    await expect(none).rejects.toMatchObject({
      code: "conflict",
      reason: "no_free_number",
      detail:
        "no number is free for another trade of this order: other orders use order-1-2 and those after it; create a new order",
    });
  });
});

describe("the budget of trades", () => {
  const opened = (...msAgo: number[]) => msAgo.map((ms) => ({ createdAt: later(-ms) }));
  const refusal = (attempts: { createdAt: Date }[]) => {
    try {
      requireAttemptBudget(attempts, MOMENT);
      return null;
    } catch (cause) {
      return cause;
    }
  };

  test("is twenty in all", () => {
    expect(refusal(opened(...Array<number>(19).fill(HOUR_MS)))).toBeNull();
    expect(refusal(opened(...Array<number>(20).fill(HOUR_MS)))).toMatchObject({
      code: "conflict",
      reason: "too_many_attempts",
      retryAfterS: undefined,
      detail:
        "the order has opened 20 trades at WeChat Pay, and no more are allowed: pay by the one that is open, or create a new order",
    });
  });

  test("is ten within a minute, and tells when the first of them is a minute old", () => {
    expect(refusal(opened(...Array<number>(9).fill(SECOND_MS)))).toBeNull();
    expect(refusal(opened(MINUTE_MS, ...Array<number>(9).fill(SECOND_MS)))).toBeNull();
    expect(refusal(opened(50_500, ...Array<number>(9).fill(SECOND_MS)))).toMatchObject({
      code: "conflict",
      reason: "too_many_attempts",
      retryAfterS: 10,
      detail:
        "the order has opened 10 trades at WeChat Pay within a minute; try again in 10 s, or pay by the one that is open",
    });
    expect(refusal(opened(...Array<number>(10).fill(MINUTE_MS - 1)))).toMatchObject({ retryAfterS: 1 });
  });
});

test("an open trade serves who wants the same: channel, price, payer and account", () => {
  const attempt = anAttempt({ payerRef: "p1" });
  const wish = { channel: "native" as const, dueFen: fen(1_800), payerRef: "p1", accountId: "acc_1" };
  expect(serves(attempt, wish)).toBe(true);
  for (const other of [
    { channel: "h5" as const },
    { dueFen: fen(1_799) },
    { payerRef: null },
    { accountId: "acc_2" },
  ]) {
    expect(serves(attempt, { ...wish, ...other })).toBe(false);
  }
});

describe("what the phone pays with", () => {
  const handedOut = (change = {}) =>
    anAttempt({ handover: { kind: "code", codeUrl: "weixin://x" }, handoverAt: MOMENT, ...change });
  const redirect = { handover: { kind: "redirect" as const, h5Url: "https://x" } };

  test("is fresh for 110 minutes, a link of H5 for four", () => {
    const freshAfter = (ms: number, change = {}) => isFresh(handedOut(change), later(ms));
    expect([freshAfter(0), freshAfter(110 * MINUTE_MS - 1), freshAfter(110 * MINUTE_MS)]).toEqual([true, true, false]);
    expect([freshAfter(4 * MINUTE_MS - 1, redirect), freshAfter(4 * MINUTE_MS, redirect)]).toEqual([true, false]);
    expect([freshAfter(0, { handover: null }), freshAfter(0, { handoverAt: null })]).toEqual([false, false]);
  });

  test("is named by channel, trade and moment while it can be paid with", () => {
    const name = `native.1.${MOMENT.getTime().toString(36)}`;
    expect(handoverName(handedOut(), MOMENT)).toBe(name);
    expect(handoverName(handedOut({ channel: "h5", sequence: 3 }), MOMENT)).toBe(name.replace("native.1", "h5.3"));
    expect(handoverName(undefined, MOMENT)).toBeNull();
    expect(handoverName(handedOut({ status: "closed" }), MOMENT)).toBeNull();
    expect(handoverName(handedOut({ handoverAt: null }), MOMENT)).toBeNull();
    expect(handoverName(handedOut(), later(2 * HOUR_MS))).toBeNull();
  });
});

test("WeChat is asked soon while somebody looks at the page, and seldom otherwise", () => {
  const after = (seenAt: Date | null) => nextCheckAt({ seenAt }, MOMENT).getTime() - MOMENT.getTime();
  expect(after(null)).toBe(7 * MINUTE_MS);
  expect(after(later(-10 * MINUTE_MS + 1))).toBe(40 * SECOND_MS);
  expect(after(later(-10 * MINUTE_MS))).toBe(7 * MINUTE_MS);
});

test("an order that is charged at the counter is left alone, and only while it is", () => {
  const charged = anAttempt({ channel: "codepay" });
  expect(() => refuseWhileCharged([charged])).toThrow(/decided within a minute/);
  try {
    refuseWhileCharged([charged]);
  } catch (cause) {
    expect(cause).toMatchObject({ code: "conflict", retryAfterS: 5 });
  }
  expect(refuseWhileCharged([{ ...charged, status: "closed" }])).toBeUndefined();
  expect(refuseWhileCharged([anAttempt()])).toBeUndefined();
  expect(refuseWhileCharged([])).toBeUndefined();
});
