import type { OfferTrial } from "#lib/intelligence/index.ts";
import type { Queryable } from "../client.ts";

/** The newest decisions that are looked at: enough for a verdict, and no more to read with a million of them. */
const DECISIONS_MAX = 20_000;

// SQL: sums over several tables.
/** The decisions that came to an end and went to this offer or to none, where it could have been drawn. */
export async function readOfferTrials(on: Queryable, offerId: string): Promise<OfferTrial[]> {
  const { rows } = await on.query<OfferTrial>(
    `select d.shopper_id as "shopperId", d.arm = $1 as "isOffered", d.p_none as "pNone", offered.probability as "pOffer",
            sum(u.net_margin)::float8 as "netMargin", sum(u.cost)::float8 as cost,
            (d.context ->> 'amount')::float8 as amount, coalesce((d.context ->> 'freq90')::float8, 0) as frequency,
            case when (d.context ->> 'isNew')::boolean then 'new' when (d.context ->> 'lapsed')::boolean then 'lapsed'
                 when (d.context ->> 'freq90')::float8 >= 6 then 'loyal' else 'other' end as segment
       from (select * from learner_decisions order by id desc limit ${DECISIONS_MAX}) d
       join lateral (select (a ->> 'probability')::float8 as probability from jsonb_array_elements(d.arms) a
                      where a ->> 'id' = $1) offered on offered.probability > 0
       join learner_outcomes u on u.decision_id = d.id
      where d.arm in ($1, 'none') and d.unlearned is null
      group by d.id, d.shopper_id, d.arm, d.p_none, d.context, offered.probability
     having bool_or(u.kind = 'pay') and bool_and(u.unlearned is null)
      order by d.id desc`,
    [offerId],
  );
  return rows;
}
