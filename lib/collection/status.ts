import { stateMachine } from "#lib/base/state-machine.ts";

export type CollectionStatus = "active" | "retired";

/** Printed signs outlive their use, so retired is for good. */
export const collectionMachine = stateMachine<CollectionStatus>({
  name: "collection_code",
  initial: "active",
  moves: { active: ["retired"], retired: [] },
});
