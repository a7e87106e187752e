import { expect, test } from "vitest";
import { stateMachine } from "./state-machine.ts";

// Goal: a thing moves where its table says and nowhere else, and a table that cannot be right does not load.

const table = {
  name: "lamp",
  initial: "off",
  moves: { off: ["on"], on: ["off", "broken"], broken: [] },
} as const;
const lamp = stateMachine<"off" | "on" | "broken">(table);

test("a machine is its table, with every state", () => {
  expect(lamp).toMatchObject({ ...table, states: ["off", "on", "broken"] });
  const ways = lamp.states.map((from) => lamp.states.filter((to) => lamp.allows(from, to)));
  expect(ways).toEqual([["on"], ["off", "broken"], []]);
  expect(lamp.states.map(lamp.isFinal)).toEqual([false, false, true]);
});

test("a move gives a copy in the new state with what changes; one that is not in the table is refused", () => {
  const thing = { id: 1, status: "off" as const, since: 5 };
  expect(lamp.move(thing, "on", { since: 9 })).toEqual({ id: 1, status: "on", since: 9 });
  expect(thing).toEqual({ id: 1, status: "off", since: 5 });
  expect(() => lamp.move(thing, "broken", {})).toThrow(
    expect.objectContaining({ code: "illegal_transition", detail: "lamp: off \u2192 broken is not a move" }),
  );
});

test("a table with unknown or unreachable states does not load, and all of them are named", () => {
  const make = (moves: Record<string, string[]>) => () => stateMachine<string>({ name: "x", initial: "a", moves });
  expect(make({ a: ["b", "c", "d"], b: [] })).toThrow(/^machine x: unknown states c, d$/);
  expect(make({ a: [], b: ["c"], c: [] })).toThrow(/^machine x: unreachable states b, c$/);
  expect(make({ b: [] })).toThrow(/^machine x: unknown states a$/);
  // Reached only by way of another one.
  expect(make({ a: ["b"], b: ["c"], c: [] })().states).toEqual(["a", "b", "c"]);
});
