import type pg from "pg";
import type { LearnerSettings } from "#lib/payment/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, inTransaction, run, statement } from "../transaction.ts";
import { LEARNER_LOCK } from "./learner-lock.ts";

// SQL: on the way of an order.
const READ = statement("learner_settings")`select * from learner_settings`;
// SQL: adds to a jsonb in one statement, so that two who do it at once lose nothing of each other.
const SET_MARGINS = statement("set_learner_margins")`
  update learner_settings set margins = jsonb_strip_nulls(margins || $1::jsonb), updated_at = $2`;
const SET_COSTS = statement("set_learner_costs")`
  update learner_settings set costs = jsonb_strip_nulls(costs || $1::jsonb), updated_at = $2`;

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
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // SQL: an advisory lock. The folding job holds the same: outcomes have one order.
    await run(client, LEARNER_LOCK, []);
    const { stoppedBy } = await readLearnerSettings(client);
    const { count } = await prisma.learnerSettings.updateMany({
      where: { enabled: { not: enabled } },
      data: { enabled, stoppedBy: enabled ? null : "person", updatedAt: at },
    });
    if (count !== 1) return false;
    if (enabled && stoppedBy === "stop_loss") await keepRestart(prisma, at);
    const action = enabled ? "learner.on" : "learner.off";
    await recordAudit(client, { actor, action, subject: "learner", detail: {}, at });
    return true;
  });
}

/** Learning goes on from what was, but what made the learner stop itself is forgotten. */
async function keepRestart(prisma: Prisma.TransactionClient, at: Date): Promise<void> {
  const { _max: last } = await prisma.learnerOutcome.aggregate({ _max: { resolvedAt: true } });
  const resolvedAt = last.resolvedAt !== null && last.resolvedAt > at ? last.resolvedAt : at;
  const nothing = { decisionId: null, converted: false, netMargin: 0, cost: 0 };
  await prisma.learnerOutcome.create({ data: { ...nothing, kind: "restart", happenedAt: at, resolvedAt } });
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
