import type pg from "pg";
import { LEARNER_FOLD_BATCH } from "#lib/base/limits.ts";
import { DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import {
  type FoldedEvent,
  foldEvents,
  fromStored,
  isReadable,
  newModel,
  type OfferModel,
  type Pacing,
  pace,
  toStored,
} from "#lib/intelligence/index.ts";
import type { FoldReport, LearnerDecision } from "#lib/payment/index.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { TRY_LEARNER_LOCK } from "./learner-lock.ts";
import { keepModel, type NewestModel, newestModel } from "./learner-models.ts";
import { readLearnerSettings } from "./learner-settings.ts";
import { type DecisionRow, toDecision } from "./learner-tx.ts";

// An order is known a week after it was made at the latest (smart.md, contract.md: `expiresIn`); two days stay for the sweep.
const OPEN_DAYS = 9;
// A payment is known in minutes; that an order stays unpaid is known only when it has expired. Learned as they come, the newest outcomes
// would be the paid ones, and a recently favoured offer would look as if it worked. So an outcome waits for the
// decisions before its own, this long at most.
const WAIT_HOURS = 3;
// SQL throughout: thousands of rows in one statement, under the lock of the learner.
// The margin is what was expected when the decision was made; its cost only where the shopper kept the offer.
const RESOLVE = statement("resolve_learner_decisions")`
  insert into learner_outcomes (decision_id, kind, converted, net_margin, cost, unlearned, happened_at, resolved_at)
  select d.id, 'pay', paid.is, case when paid.is then round((d.context ->> 'margin')::numeric) - taken.cost else 0 end,
         case when paid.is then taken.cost else 0 end,
         case when d.unlearned is not null then d.unlearned
              when exists (select from payment_attempts a where a.order_id = o.id and a.refunded + a.refund_held > 0) then 'refunded'
              when not o.offers <@ array[d.arm] then 'own_choice' end,
         coalesce(o.paid_at, o.closed_at, $1), greatest($1, (select max(resolved_at) from learner_outcomes))
    from learner_decisions d
    join orders o on o.id = d.order_id
    cross join lateral (select o.status = 'paid' as is) paid
    cross join lateral (
      select coalesce((select round((a.arm ->> 'maxCost')::numeric)
                         from jsonb_array_elements(d.arms) as a (arm)
                        where a.arm ->> 'id' = d.arm and d.arm = any(o.offers)), 0) as cost
    ) taken
   where d.created_at > $2 and o.status <> 'pending'
     and d.id < coalesce((select min(e.id) from learner_decisions e join orders p on p.id = e.order_id
                           where e.created_at > $4 and p.status = 'pending'), d.id + 1)
     and not exists (select from learner_outcomes x where x.decision_id = d.id and x.kind = 'pay')
   order by d.id
   limit $3`;
const OUTCOMES = statement("learner_outcomes_after")`
  select x.id as outcome_id, x.kind, x.converted, x.net_margin::float8 as net_margin, x.cost::float8 as cost,
         x.unlearned as outcome_unlearned, d.*
    from learner_outcomes x left join learner_decisions d on d.id = x.decision_id
   where x.id > $1 order by x.resolved_at, x.id limit $2`;
const PACE = statement("learner_pace")`select * from learner_pace for update`;
const DECIDED = statement("learner_decided_after")`
  select id, arms from learner_decisions where id > $1 order by id limit $2`;
const BUDGETS = statement("learner_budgets")`
  select coalesce(sum(budget), 0)::float8 as budget, coalesce(sum(spent), 0)::float8 as spent,
         coalesce(sum(reserved), 0)::float8 as reserved
    from promotions where status = 'active' and optional and code is null and not needs_code and budget is not null`;
const SET_PACE = statement("set_learner_pace")`
  update learner_pace set lambda = $1, shoppers = $2, paced_to = $3, began_at = $4, updated_at = $5`;
const STOP = statement("stop_learner")`
  update learner_settings set enabled = false, stopped_by = 'stop_loss', updated_at = $1 where enabled`;
const ALERT = statement("alert_learner_stopped")`
  insert into alerts (kind, cause, order_id, detail, created_at)
  values ('learner_stopped', 'learner_stopped:' || $1::text, null, $2, $3) on conflict (cause) do nothing`;

interface OutcomeRow extends Omit<DecisionRow, "unlearned"> {
  outcome_id: string;
  kind: "pay" | "coupon" | "restart";
  converted: boolean;
  net_margin: number;
  cost: number;
  outcome_unlearned: LearnerDecision["unlearned"];
}

/**
 * One round of learning, in one transaction: what became of decisions is written down in the order in which it became known,
 * folded into the next version of the model, and the price of money follows what the budgets say. One process at a time.
 */
export function foldLearner(pool: pg.Pool, at: Date): Promise<FoldReport> {
  return inTransaction(pool, async (client): Promise<FoldReport> => {
    const lock = await run<{ held: boolean }>(client, TRY_LEARNER_LOCK, []);
    if (lock.rows[0]?.held !== true) return { version: null, outcomes: 0, stopped: false };
    const [openSince, waitedSince] = [OPEN_DAYS * DAY_MS, WAIT_HOURS * HOUR_MS].map(
      (ms) => new Date(at.getTime() - ms),
    );
    await run(client, RESOLVE, [at, openSince, LEARNER_FOLD_BATCH, waitedSince]);
    const newest = await newestModel(client);
    const { rows } = await run<OutcomeRow>(client, OUTCOMES, [newest.foldedTo, LEARNER_FOLD_BATCH]);
    await keepPace(client, at);
    const last = rows.at(-1);
    if (last === undefined) return { version: newest.version, outcomes: 0, stopped: false };
    const before = await modelBefore(client, newest);
    const model = foldEvents(before, rows.flatMap(eventOf));
    const version = newest.version + 1;
    await keepModel(client, { version, foldedTo: last.outcome_id, stored: toStored(model), at });
    return { version, outcomes: rows.length, stopped: await stopIfTripped(client, model, { version, at }) };
  });
}

/** What was learned so far; all of it again where another release wrote down numbers that this one does not read. */
async function modelBefore(client: pg.PoolClient, { stored, foldedTo }: NewestModel): Promise<OfferModel> {
  if (stored === null) return newModel([]);
  return isReadable(stored) ? fromStored(stored) : foldEvents(newModel([]), await readAllEvents(client, foldedTo));
}

/** What is learned of an outcome; nothing of one that was marked so. */
function eventOf(row: OutcomeRow): FoldedEvent[] {
  if (row.kind === "restart") return [{ kind: "restart" }];
  if (row.outcome_unlearned !== null) return [];
  const { orderId, context, arms, arm, propensity, pNone } = toDecision({ ...row, unlearned: null });
  const offers = arms.filter(({ kind }) => kind !== "none");
  return [
    {
      kind: "outcome",
      arms: offers.map(({ id, kind, threshold }) => ({ id, kind, ...(threshold === undefined ? {} : { threshold }) })),
      outcome: {
        id: orderId,
        ctx: {
          ...context,
          id: orderId,
          arms: offers.map(({ id, costFen, toldFen = costFen, maxCost }) => ({ id, expectedCost: toldFen, maxCost })),
        },
        ...{ arm, propensity, pNone, kind: row.kind, converted: row.converted },
        ...{ netMarginFen: row.net_margin, costFen: row.cost },
      },
    },
  ];
}

/** All that was ever known, from the beginning. */
export async function readAllEvents(client: pg.PoolClient, upTo: string): Promise<FoldedEvent[]> {
  const events: FoldedEvent[] = [];
  let after = "0";
  for (;;) {
    const { rows } = await run<OutcomeRow>(client, OUTCOMES, [after, LEARNER_FOLD_BATCH]);
    for (const row of rows) if (BigInt(row.outcome_id) <= BigInt(upTo)) events.push(...eventOf(row));
    const last = rows.at(-1);
    if (last === undefined) return events;
    after = last.outcome_id;
  }
}

async function stopIfTripped(client: pg.PoolClient, model: OfferModel, what: { version: number; at: Date }) {
  if (!model.stopLoss.tripped) return false;
  const { rowCount } = await run(client, STOP, [what.at]);
  if (rowCount !== 1) return false;
  await run(client, ALERT, [what.version, JSON.stringify({ modelVersion: what.version }), what.at]);
  return true;
}

interface PaceRow extends Pacing {
  paced_to: string;
  began_at: Date;
}

/** The price of a fen rises while the offers' budgets go faster than their time. */
async function keepPace(client: pg.PoolClient, at: Date): Promise<void> {
  const [row] = (await run<PaceRow>(client, PACE, [])).rows;
  if (row === undefined) return;
  const decided = await run<{ id: string; arms: LearnerDecision["arms"] }>(client, DECIDED, [
    row.paced_to,
    LEARNER_FOLD_BATCH,
  ]);
  const last = decided.rows.at(-1);
  if (last === undefined) return;
  const [budgets] = (await run<{ budget: number; spent: number; reserved: number }>(client, BUDGETS, [])).rows;
  const { horizonDays } = await readLearnerSettings(client);
  const elapsedMs = at.getTime() - row.began_at.getTime();
  const isOver = elapsedMs > horizonDays * DAY_MS;
  const pacing: Pacing = { lambda: row.lambda, shoppers: isOver ? 0 : row.shoppers };
  const days = Math.max(1, (isOver ? 0 : elapsedMs) / DAY_MS);
  for (const { arms } of decided.rows) {
    const expectedShoppers = ((pacing.shoppers + 1) / days) * horizonDays;
    const expectedCost = arms.reduce((sum, arm) => sum + arm.probability * arm.pays * arm.costFen, 0);
    const { budget = 0, spent = 0, reserved = 0 } = budgets ?? {};
    // Without a budget there is nothing to save for.
    if (budget > 0) pace(pacing, { expectedCost, budgetFen: budget, spent, reserved, expectedShoppers });
    else Object.assign(pacing, { lambda: 0, shoppers: pacing.shoppers + 1 });
  }
  await run(client, SET_PACE, [pacing.lambda, pacing.shoppers, last.id, isOver ? at : row.began_at, at]);
}
