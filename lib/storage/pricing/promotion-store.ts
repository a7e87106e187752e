import type pg from "pg";
import type { Claim, CreateResult, OffersWish, OpenOffers, PromotionStore } from "#lib/payment/index.ts";
import { createOrder, numberTaken } from "../orders/create-order.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { managedPromotions } from "./managed-promotions.ts";
import { type StandingRow, toStanding } from "./promotion-rows.ts";

// SQL throughout: measured hot paths (every new order), and row locks.
const STANDING = `p.id, p.version, p.definition, (p.budget - p.spent - p.reserved)::float8 as budget_left,
  p.limit_total - p.uses as uses_left, coalesce(s.uses, 0) as used_by_shopper`;
const SHOPPER = "left join promotion_shopper_uses s on s.promotion_id = p.id and s.shopper_id = $2";
const OPEN = statement("open_promotions")`
  select ${STANDING},
         case when $2::text is not null
              then not exists (select from orders where shopper_id = $2 and status = 'paid') end as is_new_customer
    from promotions p ${SHOPPER}
   where p.status = 'active' and not p.optional and (p.code is null or $1::text[] is null or p.code = any($1))
   order by p.id`;
const UNKNOWN_CODES = statement("unknown_codes")`
  select given.code from unnest($1::text[]) as given (code)
   where not exists (select from promotions p where p.status = 'active' and p.code = given.code)`;
const LOCK = statement("lock_promotions")`select from promotions where id = any($1) order by id for update`;
// A statement of its own: it takes its snapshot after the locks were granted, and so sees what their last holder did.
const LOCKED = statement("locked_promotions")`
  select ${STANDING} from promotions p ${SHOPPER}
   where p.id = any($1) and p.status = 'active' and not p.optional order by p.id`;

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
      expected = offers.standings.some(({ rule }) => rule.code === undefined);
      return offers;
    },
    async unknownCodes(codes) {
      const { rows } = await run<{ code: string }>(pool, UNKNOWN_CODES, [codes]);
      return rows.map(({ code }) => code);
    },
    claim: (given) => claim(pool, given),
  };
}

async function open(pool: pg.Pool, { codes, shopperId }: OffersWish): Promise<OpenOffers> {
  const { rows } = await run<StandingRow & { is_new_customer: boolean | null }>(pool, OPEN, [codes, shopperId]);
  return { standings: rows.map(toStanding), isNewCustomer: rows[0]?.is_new_customer ?? null };
}

async function claim(pool: pg.Pool, { promotionIds, shopperId, reprice }: Claim): Promise<CreateResult | null> {
  try {
    return await inTransaction(pool, async (client) => {
      await run(client, LOCK, [promotionIds]);
      const { rows } = await run<StandingRow>(client, LOCKED, [promotionIds, shopperId]);
      const claiming = reprice(rows.map(toStanding));
      if (claiming === null) return null;
      const { draft, once, decision } = claiming;
      const result = await createOrder(client, { draft, once }, { decision });
      if (result.kind === "promoted") throw new Error("the order was priced already");
      return result;
    });
  } catch (cause) {
    return numberTaken(cause);
  }
}
