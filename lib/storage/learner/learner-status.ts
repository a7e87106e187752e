import type pg from "pg";
import type { LearnerDecision, LearnerSettings } from "#lib/payment/index.ts";
import { readLearnerSettings } from "./learner-settings.ts";
import { type DecisionRow, toDecision } from "./learner-tx.ts";

export interface LearnerStatus {
  readonly settings: LearnerSettings;
  readonly model: { readonly version: number; readonly folded: number };
  readonly decisions: { readonly made: number; readonly offered: number };
  /** Known, whether or not something was learned of them. */
  readonly outcomes: number;
  readonly lambda: number;
}

interface FiguresRow {
  version: number;
  folded: number;
  made: number;
  offered: number;
  outcomes: number;
  lambda: number;
}

/** How the learner stands, for people. */
export async function learnerStatus(pool: pg.Pool): Promise<LearnerStatus> {
  const settings = await readLearnerSettings(pool);
  const { rows } = await pool.query<FiguresRow>(
    `select coalesce((select max(version) from learner_models), 0) as version,
            coalesce((select folded from learner_models order by version desc limit 1), 0) as folded,
            (select count(*)::int from learner_decisions) as made,
            (select count(*)::int from learner_decisions where arm <> 'none') as offered,
            (select count(*)::int from learner_outcomes where kind <> 'restart') as outcomes,
            (select lambda from learner_pace) as lambda`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("one row of figures was asked for");
  const { version, folded, made, offered, outcomes, lambda } = row;
  return { settings, model: { version, folded }, decisions: { made, offered }, outcomes, lambda };
}

/** What was decided about an order's optional offer; null where nothing was. */
export async function decisionAbout(pool: pg.Pool, orderId: string): Promise<LearnerDecision | null> {
  const { rows } = await pool.query<DecisionRow>("select * from learner_decisions where order_id = $1", [orderId]);
  return rows[0] === undefined ? null : toDecision(rows[0]);
}
