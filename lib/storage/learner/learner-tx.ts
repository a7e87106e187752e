import type pg from "pg";
import { DAY_MS } from "#lib/base/time.ts";
import type { LearnerDecision, LearnerTx } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";

// SQL throughout: part of the transaction that locks the order, or on the way of the pay page.
const DECISION = statement("learner_decision")`select * from learner_decisions where order_id = $1`;
// Two orders of one shopper, shown at once, must not both find that nothing was offered today.
const ONE_AT_A_TIME = statement("learner_shopper_lock")`
  select pg_advisory_xact_lock(hashtextextended('learner-shopper:' || $1, 0))`;
const HISTORY = statement("learner_history")`
  with mine as (
    select id, paid_at from orders where shopper_id = $1 and status = 'paid'
    union
    select o.id, o.paid_at from learner_decisions d join orders o on o.id = d.order_id
     where d.shopper_id = $1 and o.status = 'paid'
    union
    select o.id, o.paid_at from order_shoppers s join orders o on o.id = s.order_id
     where s.shopper_id = $1 and o.status = 'paid'
  )
  select (select count(*)::int from mine where paid_at > $2::timestamptz - interval '90 days') as paid_in_90_days,
         (select max(paid_at) from mine) as last_paid_at,
         (select count(*)::int from learner_decisions
           where shopper_id = $1 and arm <> 'none' and created_at > $3) as offers_today,
         (select count(*)::int from learner_decisions
           where shopper_id = $1 and arm <> 'none' and created_at > $2::timestamptz - interval '30 days') as offers_in_30_days`;
const KEEP = statement("keep_learner_decision")`
  insert into learner_decisions (order_id, shopper_id, context, arms, arm, propensity, p_none, model_version, lambda, seed,
                                 unlearned, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
          coalesce($11, case when exists (select from gateway_accounts where status = 'active' and sandbox) then 'test' end),
          $12)`;

export interface DecisionRow {
  order_id: string;
  shopper_id: string | null;
  context: LearnerDecision["context"];
  arms: LearnerDecision["arms"];
  arm: string;
  propensity: number;
  p_none: number;
  model_version: number;
  lambda: number;
  seed: string;
  unlearned: LearnerDecision["unlearned"];
  sentence: string | null;
  created_at: Date;
}

interface HistoryRow {
  paid_in_90_days: number;
  last_paid_at: Date | null;
  offers_today: number;
  offers_in_30_days: number;
}

export async function findDecision(on: pg.Pool | pg.PoolClient, orderId: string): Promise<LearnerDecision | null> {
  const { rows } = await run<DecisionRow>(on, DECISION, [orderId]);
  return rows[0] === undefined ? null : toDecision(rows[0]);
}

export function learnerTx(client: pg.PoolClient): LearnerTx {
  return {
    decision: (orderId) => findDecision(client, orderId),
    async history(shopperId, at) {
      await run(client, ONE_AT_A_TIME, [shopperId]);
      const dayAgo = new Date(at.getTime() - DAY_MS);
      const { rows } = await run<HistoryRow>(client, HISTORY, [shopperId, at, dayAgo]);
      const [row] = rows;
      if (row === undefined) throw new Error("one row of counts was asked for");
      return {
        paidIn90Days: row.paid_in_90_days,
        lastPaidAt: row.last_paid_at,
        offersToday: row.offers_today,
        offersIn30Days: row.offers_in_30_days,
      };
    },
    async keep(decision) {
      const { orderId, shopperId, context, arms, arm, propensity, pNone, modelVersion, lambda, seed } = decision;
      await run(client, KEEP, [
        ...[orderId, shopperId, JSON.stringify(context), JSON.stringify(arms), arm, propensity, pNone, modelVersion],
        ...[lambda, seed, decision.unlearned, decision.createdAt],
      ]);
    },
  };
}

export const toDecision = (row: DecisionRow): LearnerDecision => ({
  orderId: row.order_id,
  shopperId: row.shopper_id,
  context: row.context,
  arms: row.arms,
  arm: row.arm,
  propensity: row.propensity,
  pNone: row.p_none,
  modelVersion: row.model_version,
  lambda: row.lambda,
  seed: row.seed,
  unlearned: row.unlearned,
  ...(row.sentence === null ? {} : { sentence: row.sentence }),
  createdAt: row.created_at,
});
