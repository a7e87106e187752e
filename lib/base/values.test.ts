import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { say } from "../texts/sentence.ts";
import { AppError, isAppError } from "./app-error.ts";
import { contrast, isReadable, readablePair } from "./colour-contrast.ts";
import { failed, notApplicable, ok, unknown, warn, worst } from "./finding.ts";
import * as outcome from "./outcome.ts";
import { isPaymentCode } from "./payment-code.ts";
import { Secret } from "./secret.ts";
import { addTakings, givenBack, netOf, successOf, type TakingsSums } from "./takings.ts";
import { addMs, earlier } from "./time.ts";
import { untraced } from "./trace.ts";

// Goal: the small things that everything else stands on do what they say.

test("an error tells what it was made with, and is known across copies of its file", () => {
  const cause = new Error("below");
  const whole = new AppError("conflict", "no", {
    ...{ cause, errors: [{ path: "a", message: "b" }], retryAfterS: 5, reason: "r", stringToSign: "s" },
  });
  expect(whole).toMatchObject({
    ...{ name: "AppError", code: "conflict", detail: "no", message: "conflict: no", cause },
    ...{ errors: [{ path: "a", message: "b" }], retryAfterS: 5, reason: "r", stringToSign: "s" },
  });
  const bare = new AppError("internal", "x");
  expect([bare.errors, bare.retryAfterS, bare.reason, bare.stringToSign]).toEqual([
    [],
    undefined,
    undefined,
    undefined,
  ]);
  expect("cause" in bare).toBe(false);
  expect(isAppError(whole)).toBe(true);
  expect(isAppError({ [Symbol.for("lingfu.AppError")]: true })).toBe(true);
  for (const other of [new Error("x"), null, undefined, "AppError", {}]) expect(isAppError(other)).toBe(false);
});

test("a secret is given out by reveal alone", () => {
  const secret = new Secret("hidden");
  expect(secret.reveal()).toBe("hidden");
  for (const shown of [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect([secret]),
  ]) {
    expect(shown).toContain("[secret]");
    expect(shown).not.toContain("hidden");
  }
});

describe("colours", () => {
  test("contrast is that of WCAG, whichever is first", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#ffffff", "#777777")).toBeCloseTo(4.478, 3);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
    expect(contrast("#0000ff", "#ffff00")).toBeCloseTo(8.002, 3);
    expect(contrast("#0a0a0a", "#0a0a0a")).toBe(1);
  });

  test("text is white where it can be read, else dark, else black; what is no colour becomes ours", () => {
    expect(readablePair("#067A46")).toEqual({ color: "#067a46", onColor: "#ffffff", kept: true });
    expect(readablePair("#ffe000")).toEqual({ color: "#ffe000", onColor: "#111111", kept: true });
    expect(readablePair("#797979")).toEqual({ color: "#797979", onColor: "#000000", kept: true });
    const ours = { color: "#067a46", onColor: "#ffffff" };
    expect(readablePair(undefined)).toEqual({ ...ours, kept: true });
    for (const wish of ["", "red", "#fff", "x#067a46", "##067a46", "#067a46x"]) {
      expect(readablePair(wish)).toEqual({ ...ours, kept: false });
    }
  });

  test("a pair is readable from 4.5 on", () => {
    expect([isReadable("#ffffff", "#767676"), isReadable("#ffffff", "#777777")]).toEqual([true, false]);
    expect([isReadable("white", "#000000"), isReadable("#ffffff", "black")]).toEqual([false, false]);
    // With more digits it is another colour.
    expect([isReadable("#ffffff00", "#000000"), isReadable("#000000", "#ffffff00")]).toEqual([false, false]);
  });
});

describe("findings", () => {
  const text = (words: string) => ({ words }) as never;

  test("name their result, and what to do where something has to be done", () => {
    const all = [ok, warn, failed, unknown, notApplicable].map((make) => make("disk", text("e")));
    expect(all.map(({ result }) => result)).toEqual(["ok", "warning", "failed", "unknown", "not_applicable"]);
    expect(all[0]).toEqual({ check: "disk", result: "ok", evidence: text("e"), next: null });
    expect(failed("disk", text("e"), text("n")).next).toEqual(text("n"));
  });

  test("of one check the worst stays, in the order of the checks; two that are ok are joined", () => {
    const order = [notApplicable, ok, unknown, warn, failed];
    for (const [at, make] of order.entries()) {
      for (const worse of order.slice(at + 1)) {
        const [two, one] = [worse("disk", text("worse")), make("disk", text("e"))];
        expect(worst([one, two])).toEqual([two]);
        expect(worst([two, one])).toEqual([two]);
      }
    }
    expect(worst([failed("disk", text("first")), failed("disk", text("second"))])).toEqual([
      failed("disk", text("first")),
    ]);
    expect(worst([ok("disk", text("d")), ok("mode", text("m"))]).map(({ check }) => check)).toEqual(["mode", "disk"]);
    const [joined] = worst([ok("disk", text("a")), ok("disk", text("b"))]);
    expect(joined?.evidence).toEqual(say("both", { one: text("a"), other: text("b") }));
    expect(worst([])).toEqual([]);
  });
});

test("the three answers", () => {
  expect(outcome.done(5)).toEqual({ kind: "done", value: 5 });
  expect(outcome.refused("no")).toStrictEqual({ kind: "refused", reason: "no" });
  expect(outcome.refused("no", "why")).toEqual({ kind: "refused", reason: "no", detail: "why" });
  expect(outcome.unknown("hung up")).toEqual({ kind: "unknown", cause: "hung up" });
});

test("a payment code has 18 digits and begins with 10 to 15", () => {
  for (const begin of ["10", "15"]) expect(isPaymentCode(begin + "1".repeat(16))).toBe(true);
  for (const code of [
    "161111111111111111",
    "101",
    `x10${"1".repeat(16)}`,
    `10${"1".repeat(16)}x`,
    `10${"1".repeat(17)}`,
  ]) {
    expect(isPaymentCode(code), code).toBe(false);
  }
});

test("sums of takings", () => {
  const names = [
    "orders",
    "ordersPaid",
    "ordersClosed",
    "payments",
    "paid",
    "discount",
    "discounted",
    "refunds",
    "refunded",
    "otherRefunds",
    "otherRefunded",
  ];
  const sums = (from: number) =>
    Object.fromEntries(names.map((name, at) => [name, from + at])) as unknown as TakingsSums;
  expect(addTakings([sums(1), sums(10)])).toEqual(Object.fromEntries(names.map((name, at) => [name, 11 + 2 * at])));
  expect(addTakings([])).toEqual(Object.fromEntries(names.map((name) => [name, 0])));
  const some = sums(1);
  expect([netOf(some), givenBack(some), successOf(some)]).toEqual([5 - 9, 9 + 11, 2 / 5]);
  expect(successOf({ ...some, ordersPaid: 0, ordersClosed: 0 })).toBeNull();
  expect(successOf({ ...some, ordersPaid: 0, ordersClosed: 3 })).toBe(0);
  expect(successOf({ ...some, ordersPaid: 3, ordersClosed: 3 })).toBe(0.5);
});

test("moments", () => {
  const [one, other] = [new Date(1_000), new Date(2_000)];
  expect(addMs(one, 1_000)).toEqual(other);
  expect([earlier(one, other), earlier(other, one), earlier(one, one)]).toEqual([one, one, one]);
});

test("without tracing the work runs all the same, and has nothing to pass on", async () => {
  const seen = await untraced({ name: "x" }, async (span) => {
    span.note({ a: 1 });
    return ["done", span.headers()];
  });
  expect(seen).toEqual(["done", {}]);
});
