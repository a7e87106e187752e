import type pg from "pg";
import type { Claim, CreateResult, OffersWish, OpenOffers, PromotionStore } from "#lib/payment/index.ts";
import { createOrder, numberTaken } from "../orders/create-order.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { judgeCodes } from "./judge-codes.ts";
import { managedPromotions } from "./managed-promotions.ts";
import { type StandingRow, toStanding } from "./promotion-rows.ts";

// SQL throughout: measured hot paths (every new order), and row locks.
const STANDING = `p.id, p.version, p.definition, (p.budget - p.spent - p.reserved)::float8 as budget_left,
  p.limit_total - p.uses as uses_left, coalesce(s.uses, 0) as used_by_shopper, c.id as code_id, c.code`;
// The first of the given codes that can be used; in the plan only where there are promotions that need one.
const CODE = `left join lateral (
      select l.id, l.code from promotion_codes l
       where p.needs_code and l.promotion_id = p.id and l.key = any($1) and l.revoked_at is null
         and (l.max_uses is null or l.uses < l.max_uses)
       order by array_position($1, l.key) limit 1) c on true`;
const SHOPPER = "left join promotion_shopper_uses s on s.promotion_id = p.id and s.shopper_id = $2";
const OPEN = statement("open_promotions")`
  select ${STANDING},
         case when $2::text is not null
              then not exists (select from orders where shopper_id = $2 and status = 'paid') end as is_new_customer
    from promotions p ${SHOPPER} ${CODE}
   where p.status = 'active' and not p.optional
     and ($3::boolean or ((p.code_key is null or p.code_key = any($1::text[])) and (not p.needs_code or c.id is not null)))
   order by p.id`;
const LOCK = statement("lock_promotions")`select from promotions where id = any($1) order by id for update`;
// A statement of its own: it takes its snapshot after the locks were granted, and so sees what their last holder did.
const LOCKED = statement("locked_promotions")`
  select ${STANDING} from promotions p ${SHOPPER} ${CODE}
   where p.id = any($3) and p.status = 'active' and not p.optional order by p.id`;

export interface ExpectingStore extends PromotionStore {
  /** Somebody saw that there are promotions. */
  expect(): void;
}

/** Promotions on Postgres. Their rows are locked in the order of their ids, always after the order's own. */
export function promotionStore(pool: pg.Pool): ExpectingStore {
  let expected = false;
  return {
    ...managedPromotions(pool),
    expect() {
      expected = true;
    },
    expected: () => expected,
    async open(wish) {
      const offers = await open(pool, wish);
      expected = offers.standings.some(({ rule }) => rule.code === undefined && rule.needsCode !== true);
      return offers;
    },
    judgeCodes: (keys) => judgeCodes(pool, keys),
    claim: (given) => claim(pool, given),
  };
}

async function open(pool: pg.Pool, { codes, all = false, shopperId }: OffersWish): Promise<OpenOffers> {
  const { rows } = await run<StandingRow & { is_new_customer: boolean | null }>(pool, OPEN, [codes, shopperId, all]);
  return { standings: rows.map(toStanding), isNewCustomer: rows[0]?.is_new_customer ?? null };
}

async function claim(pool: pg.Pool, { promotionIds, codes, shopperId, reprice }: Claim): Promise<CreateResult | null> {
  try {
    return await inTransaction(pool, async (client) => {
      await run(client, LOCK, [promotionIds]);
      const { rows } = await run<StandingRow>(client, LOCKED, [codes, shopperId, promotionIds]);
      const claiming = reprice(rows.map(toStanding));
      if (claiming === null) return null;
      const { draft, once, decision } = claiming;
      const result = await createOrder(client, { draft, once, options: { decision } });
      if (result.kind === "promoted") throw new Error("the order was priced already");
      return result;
    });
  } catch (cause) {
    return numberTaken(cause);
  }
}
