import type pg from "pg";
import { LEARNER_FRESH_MS } from "#lib/base/limits.ts";
import { fromStored, isReadable, newModel } from "#lib/intelligence/index.ts";
import type { LearnerState, LearnerStore } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";
import { foldLearner } from "./learner-fold.ts";
import { newestModel } from "./learner-models.ts";
import { readLearnerSettings } from "./learner-settings.ts";
import { findDecision } from "./learner-tx.ts";

// SQL: on the way of the pay page.
const LAMBDA = statement("learner_lambda")`select lambda from learner_pace`;

/** The learner's memory in Postgres. */
export function learnerStore(pool: pg.Pool): LearnerStore {
  let known: { readonly state: Promise<LearnerState>; readonly readAt: number } | null = null;
  return {
    decision: (orderId) => findDecision(pool, orderId),
    state() {
      if (known === null || performance.now() - known.readAt > LEARNER_FRESH_MS) {
        const state = readState(pool);
        known = { state, readAt: performance.now() };
        // What failed is not kept.
        state.catch(() => {
          known = null;
        });
      }
      return known.state;
    },
    fold: (at) => foldLearner(pool, at),
  };
}

async function readState(pool: pg.Pool): Promise<LearnerState> {
  const [settings, newest, lambdas] = await Promise.all([
    readLearnerSettings(pool),
    newestModel(pool),
    run<{ lambda: number }>(pool, LAMBDA, []),
  ]);
  return {
    settings,
    // A model of another release says nothing here until the next fold has learned it again.
    model: newest.stored === null || !isReadable(newest.stored) ? newModel([]) : fromStored(newest.stored),
    modelVersion: newest.version,
    lambda: lambdas.rows[0]?.lambda ?? 0,
  };
}
