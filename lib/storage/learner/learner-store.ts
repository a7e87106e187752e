import type pg from "pg";
import { LEARNER_FRESH_MS } from "#lib/base/limits.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import { fromStored, isReadable, newModel } from "#lib/intelligence/index.ts";
import type { LearnerState, LearnerStore, OffersGlance } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";
import { foldLearner } from "./learner-fold.ts";
import { newestModel } from "./learner-models.ts";
import { readLearnerSettings } from "./learner-settings.ts";

// SQL: on the way of the pay page.
const GLANCE = statement("offers_glance")`
  select o.discounts,
         o.status = 'pending' and (o.offers <> '{}'
           or exists (select from promotions where status = 'active' and optional)
           or exists (select from promotions where status = 'active' and not optional
                        and definition -> 'audience' ? 'channels')) as looks_worthwhile,
         exists (select from promotions where status = 'active' and (needs_code or (code is not null and code <> $2))) as takes_codes
    from orders o where o.id = $1`;
const LAMBDA = statement("learner_lambda")`select lambda from learner_pace`;

interface GlanceRow {
  discounts: OffersGlance["discounts"];
  looks_worthwhile: boolean;
  takes_codes: boolean;
}

/** The learner's memory in Postgres. */
export function learnerStore(pool: pg.Pool): LearnerStore {
  let known: { readonly state: Promise<LearnerState>; readonly readAt: number } | null = null;
  return {
    async glance(orderId): Promise<OffersGlance | null> {
      const { rows } = await run<GlanceRow>(pool, GLANCE, [orderId, DEMO_CODE]);
      const [row] = rows;
      if (row === undefined) return null;
      return { discounts: row.discounts, looksWorthwhile: row.looks_worthwhile, takesCodes: row.takes_codes };
    },
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
