import type pg from "pg";
import type { Fen } from "#lib/base/fen.ts";
import { keysOf } from "#lib/base/promotion-code.ts";
import type { PromotionTerms } from "#lib/contract/promotions.ts";
import type {
  DecisionDraft,
  FormerPrice,
  OfferStanding,
  OfferTx,
  PricingOffers,
  PricingWish,
  Repricing,
} from "#lib/payment/index.ts";
import { named, run, statement } from "../transaction.ts";
import { judgeCodes } from "./judge-codes.ts";
import { type StandingRow, toStanding } from "./promotion-rows.ts";

// What the order holds counts as if it were not taken: it can be had again. It keeps the version it was promised by.
const OPEN = statement("open_at_till")`
  select p.id, coalesce(v.version, p.version) as version, coalesce(v.definition, p.definition) as definition, p.optional,
         (p.budget - p.spent - p.reserved + coalesce(h.amount, 0))::float8 as budget_left,
         p.limit_total - p.uses + (h.amount is not null)::int as uses_left,
         greatest(0, coalesce(s.uses, 0) - (h.amount is not null)::int) as used_by_shopper,
         h.amount as held, case when u.version = coalesce(v.version, p.version) then u.draw end as draw,
         c.id as code_id, c.code
    from promotions p
    left join promotion_uses u on u.promotion_id = p.id and u.order_id = $1
    left join promotion_uses h on h.promotion_id = p.id and h.order_id = $1 and h.state = 'reserved'
    left join promotion_versions v on v.promotion_id = p.id and v.version = h.version
    left join promotion_shopper_uses s on s.promotion_id = p.id and s.shopper_id = $2
    left join lateral (
      select l.id, l.code from promotion_codes l
       where l.promotion_id = p.id
         and (l.id = h.code_id
              or (p.needs_code and l.key = any($4) and l.revoked_at is null and (l.max_uses is null or l.uses < l.max_uses)))
       order by l.id = h.code_id desc nulls last, array_position($4, l.key) limit 1) c on true
   where (p.status = 'active' or h.amount is not null)
     and (not p.optional or $3::text[] is null or p.id = any($3))
     and (p.code_key is null or p.code_key = any($4::text[]))
     and (not p.needs_code or c.id is not null or h.amount is not null)
   order by p.id`;
// The codes it was made with, and those it has now: the first price and the newest one name them.
const FACTS = statement("facts_at_till")`
  select coalesce((select array(select jsonb_array_elements_text(inputs -> 'codes'))
                     from offer_decisions where order_id = $1 order by id limit 1), '{}') as first_codes,
         coalesce((select array(select jsonb_array_elements_text(inputs -> 'codes'))
                     from offer_decisions where order_id = $1 order by id desc limit 1), '{}') as codes,
         case when $2::text is not null
              then not exists (select from orders where shopper_id = $2 and status = 'paid') end as is_new_customer`;
const LOCK = statement("lock_promotions")`select from promotions where id = any($1) order by id for update`;
const REPRICE = named(
  "reprice_order",
  `
    with repriced as (
      update orders
         set amount_discount = :discountFen, amount_due = amount_total - :discountFen, discounts = :discounts, offers = :offers, priced_channel = :channel,
             version = version + 1
       where id = :orderId and status = 'pending'
      returning id
    ), lines as (
      update order_items i set discount = l.discount
        from unnest(:lineIds::text[], :lineDiscountFen::int[]) as l (id, discount), repriced
       where i.id = l.id and i.order_id = repriced.id and i.discount <> l.discount
    ), given_back as (
      update promotion_uses set state = 'dropped', settled_at = :at
       where order_id = (select id from repriced) and state = 'reserved' and promotion_id <> all(:usedIds::text[])
    ), taken as (
      insert into promotion_uses (order_id, promotion_id, version, shopper_id, amount, draw, code_id, created_at)
      select repriced.id, u.id, u.version, :shopperId, u.amount, u.draw, u.code_id, :at
        from repriced, unnest(:usedIds::text[], :usedVersions::int[], :usedFen::int[], :usedDraws::int[], :usedCodeIds::bigint[])
             as u (id, version, amount, draw, code_id)
       order by u.id
      on conflict (order_id, promotion_id) do update
         set version = excluded.version, amount = excluded.amount, draw = excluded.draw, code_id = excluded.code_id,
             state = 'reserved', settled_at = null
       where (promotion_uses.version, promotion_uses.amount, promotion_uses.code_id, promotion_uses.state)
             is distinct from (excluded.version, excluded.amount, excluded.code_id, 'reserved')
    ), decided as (
      insert into offer_decisions (order_id, engine, inputs, applied, rejected, discount, optimal, created_at)
      select id, :engine, :inputs, :applied, :rejected, :discountFen::int, :optimal, :at from repriced
    )
    select id as changed_topic from repriced`,
);
const FORMER = statement("former_price")`
  select applied from offer_decisions where order_id = $1 and discount = $2 order by id desc limit 1`;
// No further than there is room: neither the budget nor what was paid may be exceeded.
const RESTORE = statement("restore_price")`
  with restored as (
    update orders set amount_discount = $2, amount_due = amount_total - $2, discounts = $3, version = version + 1
     where id = $1 and status = 'pending'
    returning id
  ), lines as (
    update order_items i set discount = coalesce(($4::int[])[i.position + 1], 0)
      from restored where i.order_id = restored.id and i.discount <> coalesce(($4::int[])[i.position + 1], 0)
  ), given_back as (
    update promotion_uses set state = 'dropped', settled_at = $7
     where order_id = (select id from restored) and state = 'reserved' and promotion_id <> all($5::text[])
  ), room as (
    select u.promotion_id, w.amount
      from promotion_uses u
      join unnest($5::text[], $6::int[]) as w (id, amount) on w.id = u.promotion_id
      join promotions p on p.id = u.promotion_id
     where u.order_id = $1
       and (p.budget is null
            or p.spent + p.reserved + w.amount - case when u.state = 'reserved' then u.amount else 0 end <= p.budget)
       and (u.state = 'reserved'
            or (p.status = 'active'
                and (u.code_id is null
                     or exists (select from promotion_codes c where c.id = u.code_id and c.revoked_at is null
                                   and (c.max_uses is null or c.uses < c.max_uses)))
                and (not p.needs_code or u.code_id is not null)
                and p.version = u.version and (p.limit_total is null or p.uses < p.limit_total)
                and (p.limit_per_user is null
                     or p.limit_per_user > (select s.uses from promotion_shopper_uses s
                                             where s.promotion_id = p.id and s.shopper_id = u.shopper_id))))
  ), taken as (
    update promotion_uses u set state = 'reserved', amount = room.amount, settled_at = null
      from room where u.order_id = (select id from restored) and u.promotion_id = room.promotion_id
  )
  select id as changed_topic from restored`;

interface PricingRow extends StandingRow {
  optional: boolean;
  held: number | null;
  draw: number | null;
}

/** The writes about an order's price. Its promotions are locked after it, in the order of their ids. */
export function offerTx(client: pg.PoolClient): OfferTx {
  return {
    open: (wish) => openOffers(client, wish),
    judgeCodes: (keys) => judgeCodes(client, keys),
    async lock(promotionIds) {
      await run(client, LOCK, [promotionIds]);
    },
    async reprice(repricing) {
      const { rowCount } = await run(client, REPRICE, REPRICE.bind(repricingValues(repricing)));
      if (rowCount !== 1) throw new Error(`order ${repricing.orderId} was not pending any more`);
    },
    async formerPrice(orderId, discountFen) {
      const { rows } = await run<{ applied: KeptOffer[] }>(client, FORMER, [orderId, discountFen]);
      const applied = rows[0]?.applied;
      if (applied === undefined) return discountFen === 0 ? { discounts: [], lines: [], uses: [] } : null;
      return formerPrice(applied);
    },
    async restore(orderId, { discounts, lines, uses, at }) {
      const ids = uses.map(({ promotionId }) => promotionId);
      await run(client, LOCK, [ids]);
      const discount = discounts.reduce((sum, { amountFen }) => sum + amountFen, 0);
      const amounts = uses.map(({ amountFen }) => amountFen);
      await run(client, RESTORE, [orderId, discount, JSON.stringify(discounts), lines, ids, amounts, at]);
    },
  };
}

/** The promotions that an order could have. Outside a transaction they are only looked at. */
export async function openOffers(on: pg.Pool | pg.PoolClient, wish: PricingWish): Promise<PricingOffers> {
  const { orderId, shopperId, offers, codes: more = [] } = wish;
  const { rows: facts } = await run<FactsRow>(on, FACTS, [orderId, shopperId]);
  const [known] = facts;
  const isNewCustomer = known?.is_new_customer ?? null;
  const firstCodes = keysOf(known?.first_codes ?? []);
  const codes = keysOf([...(known?.codes ?? []), ...more]);
  const { rows } = await run<PricingRow>(on, OPEN, [orderId, shopperId, offers, codes]);
  return { standings: rows.map(offerStanding), codes, firstCodes, isNewCustomer };
}

interface FactsRow {
  first_codes: string[];
  codes: string[];
  is_new_customer: boolean | null;
}

const offerStanding = (row: PricingRow): OfferStanding => ({
  ...toStanding(row),
  optional: row.optional,
  heldFen: row.held as Fen | null,
  draw: row.draw,
  ...(row.held === null ? {} : { held: true }),
});

function repricingValues({ orderId, shopperId, pricing, decision, discounts, lines, at }: Repricing) {
  return {
    ...decisionValues(decision),
    orderId,
    discountFen: decision.priced.discountFen,
    discounts: JSON.stringify(discounts),
    offers: pricing.offers,
    channel: pricing.channel,
    lineIds: lines.map(({ itemId }) => itemId),
    lineDiscountFen: lines.map(({ discountFen }) => discountFen),
    at,
    shopperId,
  };
}

/** A decision as its columns, and what it uses of promotions. */
function decisionValues({ engine, inputs, priced: { applied, rejected, optimal } }: DecisionDraft) {
  return {
    usedIds: applied.map(({ id }) => id),
    usedVersions: applied.map(({ version }) => version),
    usedFen: applied.map(({ amountFen }) => amountFen),
    usedDraws: applied.map(({ draw }) => draw),
    usedCodeIds: applied.map(({ codeId }) => codeId),
    engine,
    inputs: JSON.stringify(inputs),
    applied: JSON.stringify(applied),
    rejected: JSON.stringify(rejected.map(({ id, reason }) => ({ id, reason }))),
    optimal,
  };
}

/** As a decision keeps what was applied. */
interface KeptOffer {
  readonly id: string;
  readonly name?: string;
  readonly terms?: PromotionTerms;
  /** Of a decision from before there were terms. */
  readonly sentence?: string;
  readonly amountFen: Fen;
  /** Of a decision from before there were lists of codes: absent. */
  readonly code?: string | null;
  readonly lines: readonly Fen[];
}

function formerPrice(applied: readonly KeptOffer[]): FormerPrice {
  const count = Math.max(0, ...applied.map(({ lines }) => lines.length));
  return {
    discounts: applied.map(({ id, name = id, terms, sentence, amountFen, code }) => ({
      id,
      name,
      amountFen,
      reason: sentence === undefined || sentence === name ? null : sentence,
      terms,
      ...(code == null ? {} : { code }),
    })),
    lines: Array.from(
      { length: count },
      (_, at) => applied.reduce((sum, { lines }) => sum + (lines[at] ?? 0), 0) as Fen,
    ),
    uses: applied.map(({ id, amountFen }) => ({ promotionId: id, amountFen })),
  };
}
