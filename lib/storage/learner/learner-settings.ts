import type pg from "pg";
import type { LearnerSettings } from "#lib/payment/index.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, type Statement } from "../transaction.ts";
import { LEARNER_LOCK } from "./learner-lock.ts";

const READ: Statement = { name: "learner_settings", text: "select * from learner_settings" };
const SWITCH: Statement = {
  name: "switch_learner",
  text: `update learner_settings set enabled = $1, stopped_by = $2, updated_at = $3 where enabled <> $1`,
};
// Learning goes on from what was, but what made the learner stop itself is forgotten.
const RESTART: Statement = {
  name: "restart_learner",
  text: `insert into learner_outcomes (decision_id, kind, converted, net_margin, cost, happened_at, resolved_at)
         values (null, 'restart', false, 0, 0, $1, greatest($1, (select max(resolved_at) from learner_outcomes)))`,
};
const SET_MARGINS: Statement = {
  name: "set_learner_margins",
  text: "update learner_settings set margins = jsonb_strip_nulls(margins || $1::jsonb), updated_at = $2",
};
const SET_COSTS: Statement = {
  name: "set_learner_costs",
  text: "update learner_settings set costs = jsonb_strip_nulls(costs || $1::jsonb), updated_at = $2",
};

interface SettingsRow {
  enabled: boolean;
  stopped_by: LearnerSettings["stoppedBy"];
  holdout: number;
  margins: Record<string, number>;
  costs: Record<string, number>;
  horizon_days: number;
}

export async function readLearnerSettings(on: pg.Pool | pg.PoolClient): Promise<LearnerSettings> {
  const { rows } = await run<SettingsRow>(on, READ, []);
  const [row] = rows;
  if (row === undefined) throw new Error("the learner's settings are one row");
  const { enabled, stopped_by: stoppedBy, holdout, margins, costs, horizon_days: horizonDays } = row;
  return { enabled, stoppedBy, holdout, margins, costs, horizonDays };
}

export interface SettingsChange {
  readonly actor: string;
  readonly at: Date;
}

/** The kill switch. @returns false when it stood like that already */
export function switchLearner(pool: pg.Pool, enabled: boolean, { actor, at }: SettingsChange): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    // The folding job holds the same lock: outcomes have one order.
    await run(client, LEARNER_LOCK, []);
    const { stoppedBy } = await readLearnerSettings(client);
    const { rowCount } = await run(client, SWITCH, [enabled, enabled ? null : "person", at]);
    if (rowCount !== 1) return false;
    if (enabled && stoppedBy === "stop_loss") await run(client, RESTART, [at]);
    const action = enabled ? "learner.on" : "learner.off";
    await recordAudit(client, { actor, action, subject: "learner", detail: {}, at });
    return true;
  });
}

export interface MoneyChange {
  /** Ten-thousandths by scene or `default`; null takes one back. */
  readonly margins?: Readonly<Record<string, number | null>>;
  /** Fen by sku; null takes one back. */
  readonly costs?: Readonly<Record<string, number | null>>;
}

/** What the merchant earns; without it nothing is offered. */
export function setMoneyKnown(
  pool: pg.Pool,
  { margins = {}, costs = {} }: MoneyChange,
  { actor, at }: SettingsChange,
): Promise<void> {
  return inTransaction(pool, async (client) => {
    await run(client, SET_MARGINS, [JSON.stringify(margins), at]);
    await run(client, SET_COSTS, [JSON.stringify(costs), at]);
    const detail = { margins: JSON.stringify(margins), costs: JSON.stringify(costs) };
    await recordAudit(client, { actor, action: "learner.money", subject: "learner", detail, at });
  });
}
