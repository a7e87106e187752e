import { statement } from "../transaction.ts";

// Outcomes are written and folded by one process at a time: their order is what makes a rebuild give the same model.

export const LEARNER_LOCK = statement("learner_lock")`select pg_advisory_xact_lock(hashtext('learner'))`;
export const TRY_LEARNER_LOCK = statement("try_learner_lock")`
  select pg_try_advisory_xact_lock(hashtext('learner')) as held`;
