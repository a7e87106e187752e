import type { Statement } from "../transaction.ts";

// Outcomes are written and folded by one process at a time: their order is what makes a rebuild give the same model.

export const LEARNER_LOCK: Statement = {
  name: "learner_lock",
  text: "select pg_advisory_xact_lock(hashtext('learner'))",
};
export const TRY_LEARNER_LOCK: Statement = {
  name: "try_learner_lock",
  text: "select pg_try_advisory_xact_lock(hashtext('learner')) as held",
};
