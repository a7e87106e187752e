import { AppError } from "./app-error.ts";

export interface MachineTable<State extends string> {
  readonly name: string;
  readonly initial: State;
  /** Every state with the states it may move to; a final state has none. */
  readonly moves: Readonly<Record<State, readonly State[]>>;
}

export interface StateMachine<State extends string> extends MachineTable<State> {
  readonly states: readonly State[];
  allows(from: State, to: State): boolean;
  isFinal(state: State): boolean;
  /** A copy of `thing` in its new state. @throws AppError `illegal_transition` when the table has no such move. */
  move<Thing extends { readonly status: State }, Change extends object>(
    thing: Thing,
    to: State,
    change: Change,
  ): Omit<Thing, keyof Change | "status"> & Change & { readonly status: State };
}

/**
 * A state machine as data. Checked when the module loads: every target is a known state and every state can be reached,
 * so a typing slip stops the program at its start instead of a payment in its middle.
 */
export function stateMachine<State extends string>(table: MachineTable<State>): StateMachine<State> {
  const states = Object.keys(table.moves) as State[];
  assertSound(table, states);
  const allows = (from: State, to: State) => table.moves[from].includes(to);
  return {
    ...table,
    states,
    allows,
    isFinal: (state) => table.moves[state].length === 0,
    move(thing, to, change) {
      if (!allows(thing.status, to)) {
        throw new AppError("illegal_transition", `${table.name}: ${thing.status} → ${to} is not a move`);
      }
      return { ...thing, ...change, status: to };
    },
  };
}

function assertSound<State extends string>(table: MachineTable<State>, states: readonly State[]): void {
  const known = new Set<State>(states);
  const reached = new Set<State>([table.initial]);
  // Growing a set while iterating over it visits the newcomers too: a breadth-first walk in three lines.
  for (const state of reached) {
    for (const next of table.moves[state] ?? []) reached.add(next);
  }
  const strange = [...reached].filter((state) => !known.has(state));
  const lonely = states.filter((state) => !reached.has(state));
  if (strange.length > 0) throw new Error(`machine ${table.name}: unknown states ${strange.join(", ")}`);
  if (lonely.length > 0) throw new Error(`machine ${table.name}: unreachable states ${lonely.join(", ")}`);
}
