import type pg from "pg";
import { foldEvents, isSameModel, newModel, toStored } from "#lib/intelligence/index.ts";
import type { LearnerObservation } from "#lib/payment/index.ts";
import { readAllEvents } from "./learner-fold.ts";
import { LEARNER_LOCK } from "./learner-lock.ts";
import { keepModel, newestModel } from "./learner-models.ts";
import { type DecisionRow, toDecision } from "./learner-tx.ts";
import { inTransaction, run, type Statement } from "./transaction.ts";

const OBSERVATIONS: Statement = {
  name: "learner_observations",
  text: `
    select d.*, x.converted, x.net_margin::float8 as net_margin, x.cost::float8 as cost, x.unlearned as outcome_unlearned,
           x.happened_at, x.resolved_at
      from learner_decisions d left join learner_outcomes x on x.decision_id = d.id and x.kind = 'pay'
     where d.id > $1 and d.created_at >= $2 and d.created_at < $3
     order by d.id limit $4`,
};

interface ObservationRow extends DecisionRow {
  id: string;
  converted: boolean | null;
  net_margin: number;
  cost: number;
  outcome_unlearned: LearnerObservation["unlearned"];
  happened_at: Date;
  resolved_at: Date;
}

export interface ObservationFilter {
  readonly from: Date;
  readonly to: Date;
  /** Id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Decisions with what came of them, oldest first: what uplift and the value of another policy are worked out from. */
export async function readObservations(pool: pg.Pool, filter: ObservationFilter): Promise<LearnerObservation[]> {
  const { from, to, after = "0", limit } = filter;
  const { rows } = await run<ObservationRow>(pool, OBSERVATIONS, [after, from, to, limit]);
  return rows.map((row) => ({ ...toDecision(row), id: row.id, outcome: outcomeOf(row) }));
}

function outcomeOf(row: ObservationRow): LearnerObservation["outcome"] {
  const { converted, net_margin, cost, outcome_unlearned, happened_at, resolved_at } = row;
  if (converted === null) return null;
  return {
    ...{ converted, netMarginFen: net_margin, costFen: cost, unlearned: outcome_unlearned },
    ...{ happenedAt: happened_at, resolvedAt: resolved_at },
  };
}

export interface Rebuilt {
  /** The version that is in force; 0 before the first. */
  readonly version: number;
  readonly outcomes: number;
  /** Whether learning everything anew gave the same numbers, bit for bit. */
  readonly isSame: boolean;
}

/**
 * Learns everything again from the beginning and compares it with what is in force.
 * @param write makes what came out the next version, where it is another one
 */
export function rebuildLearner(pool: pg.Pool, { write, at }: { write: boolean; at: Date }): Promise<Rebuilt> {
  return inTransaction(pool, async (client) => {
    await run(client, LEARNER_LOCK, []);
    const { version, foldedTo, stored } = await newestModel(client);
    if (stored === null) return { version, outcomes: 0, isSame: true };
    const rebuilt = toStored(foldEvents(newModel([]), await readAllEvents(client, foldedTo)));
    const isSame = isSameModel(rebuilt, stored);
    if (write && !isSame) await keepModel(client, { version: version + 1, foldedTo, stored: rebuilt, at });
    return { version: write && !isSame ? version + 1 : version, outcomes: rebuilt.folded, isSame };
  });
}
