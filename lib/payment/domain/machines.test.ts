import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAppError } from "#lib/base/app-error.ts";
import { stateMachine } from "#lib/base/state-machine.ts";
import { type AttemptStatus, attemptMachine } from "./attempt.ts";
import { orderMachine } from "./order.ts";

describe("money wins", () => {
  test("every state of an attempt leads to succeeded, and nothing leaves it", () => {
    for (const state of attemptMachine.states) {
      expect(attemptMachine.allows(state, "succeeded")).toBe(state !== "succeeded");
      expect(attemptMachine.allows("succeeded", state)).toBe(false);
    }
  });

  test("an order that is paid stays paid", () => {
    expect(orderMachine.isFinal("paid")).toBe(true);
  });

  // Goal: after any sequence of moves, an attempt that has succeeded once ends as succeeded.
  // Method: random walks; an illegal move throws and changes nothing.
  test("no walk loses a payment", () => {
    const target = fc.constantFrom<AttemptStatus>(...attemptMachine.states);
    fc.assert(
      fc.property(fc.array(target, { maxLength: 20 }), (targets) => {
        let thing = { status: "opening" as AttemptStatus };
        let succeeded = false;
        for (const to of targets) {
          try {
            thing = attemptMachine.move(thing, to, {});
          } catch (cause) {
            expect(isAppError(cause) && cause.code).toBe("illegal_transition");
          }
          succeeded ||= thing.status === "succeeded";
        }
        expect(thing.status === "succeeded").toBe(succeeded);
      }),
    );
  });
});

test("a machine with an unreachable or unknown state does not load", () => {
  expect(() => stateMachine<"a" | "b">({ name: "x", initial: "a", moves: { a: [], b: ["a"] } })).toThrow(
    "unreachable states b",
  );
  expect(() => stateMachine<string>({ name: "x", initial: "a", moves: { a: ["c"] } })).toThrow("unknown states c");
});
