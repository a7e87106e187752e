import type pg from "pg";
import { LEARNER_MODELS_KEPT } from "#lib/base/limits.ts";
import type { OfferArm, StoredModel } from "#lib/intelligence/index.ts";
import { run, statement } from "../transaction.ts";

// SQL: on the way of the pay page, and written under the lock of the learner.
const MODEL = statement("newest_learner_model")`select * from learner_models order by version desc limit 1`;
const INSERT = statement("insert_learner_model")`
  insert into learner_models (version, folded_to, folded, arms, mean, covariance, coupons, stop_loss, created_at)
  values ($1, $2, $3, $4, $5::float8[], $6::float8[], $7, $8, $9)`;
// Any version can be made again from the outcomes; the newest are kept for a look back.
const PRUNE = statement("prune_learner_models")`delete from learner_models where version <= $1`;

interface ModelRow {
  version: number;
  folded_to: string;
  folded: number;
  arms: OfferArm[];
  mean: number[];
  covariance: number[];
  coupons: StoredModel["coupons"];
  // This column also holds the learned costs and, as `doubt`, the odds that offers have an effect.
  stop_loss: StoredModel["stopLoss"] & { doubt: StoredModel["effectOdds"]; costs: StoredModel["costs"] };
}

export interface NewestModel {
  /** 0 before the first. */
  readonly version: number;
  /** Id of the last outcome in it. */
  readonly foldedTo: string;
  readonly stored: StoredModel | null;
}

export async function newestModel(on: pg.Pool | pg.PoolClient): Promise<NewestModel> {
  const { rows } = await run<ModelRow>(on, MODEL, []);
  const [row] = rows;
  if (row === undefined) return { version: 0, foldedTo: "0", stored: null };
  const { version, folded_to: foldedTo, folded, arms, mean, covariance, coupons, stop_loss } = row;
  const { doubt: effectOdds, costs, ...stopLoss } = stop_loss;
  return { version, foldedTo, stored: { folded, arms, mean, covariance, coupons, costs, stopLoss, effectOdds } };
}

export async function keepModel(
  client: pg.PoolClient,
  { version, foldedTo, stored, at }: { version: number; foldedTo: string; stored: StoredModel; at: Date },
): Promise<void> {
  const { folded, arms, mean, covariance, coupons, costs, stopLoss, effectOdds } = stored;
  const json = [JSON.stringify(coupons), JSON.stringify({ ...stopLoss, doubt: effectOdds, costs })];
  await run(client, INSERT, [version, foldedTo, folded, JSON.stringify(arms), mean, covariance, ...json, at]);
  await run(client, PRUNE, [version - LEARNER_MODELS_KEPT]);
}
