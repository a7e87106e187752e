import type pg from "pg";
import { CODES_PER_PROMOTION_MAX } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";
import type { CodeFigures, PromotionCodeView } from "#lib/contract/promotion-codes.ts";
import type { AddingCodes, PromotionCodeFilter, PromotionCodeStore, RevokedCodes } from "#lib/payment/index.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, statement } from "../transaction.ts";

// SQL: a row lock. Its codes wait for the promotion, so that an order that is pricing itself by one of them is done first.
const LOCK = statement("lock_promotion_for_codes")`
  select needs_code and status <> 'archived' as wants, (select count(*)::int from promotion_codes where promotion_id = $1) as count
    from promotions where id = $1 for update`;
// SQL: many rows in one statement. A key in use is taken, whichever promotion has it.
const ADD = statement("add_promotion_codes")`
  insert into promotion_codes (promotion_id, code, max_uses, label, created_at)
  select $1, given.code, $3, $4, $5 from unnest($2::text[]) with ordinality as given (code, at) order by given.at
  on conflict do nothing returning key`;
// SQL: one statement over several tables.
const LIST = statement("list_promotion_codes")`
  select c.id::text, c.code, c.label, c.max_uses as "maxUses", c.uses, c.created_at as "createdAt", c.revoked_at as "revokedAt",
         case when c.revoked_at is not null then 'revoked' when c.uses >= c.max_uses then 'used' else 'free' end as state,
         (select u.order_id from promotion_uses u
           where u.code_id = c.id and u.state in ('reserved', 'spent') order by u.created_at desc limit 1) as "orderId"
    from promotion_codes c
   where c.promotion_id = $1 and ($2::text is null or starts_with(c.key, $2) or c.label = $3)
     and case $4 when 'free' then c.revoked_at is null and (c.max_uses is null or c.uses < c.max_uses)
                 when 'used' then c.revoked_at is null and c.uses >= c.max_uses
                 when 'revoked' then c.revoked_at is not null else true end
     and ($5::bigint is null or c.id < $5)
   order by c.id desc limit $6`;
const FIGURES = statement("promotion_code_figures")`
  select c.*, u.* from (
    select count(*)::int as total,
           count(*) filter (where revoked_at is null and (max_uses is null or uses < max_uses))::int as free,
           count(*) filter (where revoked_at is null and uses >= max_uses)::int as used,
           count(*) filter (where revoked_at is not null)::int as revoked
      from promotion_codes where promotion_id = $1
  ) c, (
    select count(*) filter (where state = 'reserved')::int as open, count(*) filter (where state = 'spent')::int as paid,
           coalesce(sum(amount) filter (where state in ('reserved', 'spent')), 0)::float8 as given
      from promotion_uses where promotion_id = $1 and code_id is not null
  ) u`;
const REVOKE = statement("revoke_promotion_codes")`
  update promotion_codes set revoked_at = $3
   where promotion_id = $1 and revoked_at is null
     and case when $2::bigint is null then max_uses is null or uses < max_uses else id = $2 end`;

export function promotionCodeStore(pool: pg.Pool): PromotionCodeStore {
  return {
    add: (adding) => inTransaction(pool, (client) => add(client, adding)),
    list: (filter) => list(pool, filter),
    async figures(promotionId) {
      const { rows } = await run<{ [Name in keyof CodeFigures]: number }>(pool, FIGURES, [promotionId]);
      return rows[0] as CodeFigures;
    },
    revoke: (revoked) => inTransaction(pool, (client) => revoke(client, revoked)),
  };
}

async function add(client: pg.PoolClient, { promotionId, slices, size, maxUses, label, at, by }: AddingCodes) {
  const { rows: found } = await run<{ wants: boolean; count: number }>(client, LOCK, [promotionId]);
  const [promotion] = found;
  if (promotion === undefined) return "no_promotion";
  if (!promotion.wants) return "not_wanted";
  if (promotion.count + size > CODES_PER_PROMOTION_MAX) return "too_many";
  let added = 0;
  const taken: string[] = [];
  for await (const codes of slices) {
    const { rows } = await run<{ key: string }>(client, ADD, [promotionId, codes, maxUses, label, at]);
    added += rows.length;
    const fresh = new Set(rows.map(({ key }) => key));
    // Of two that are the same the first is new, and the second a duplicate.
    for (const code of codes) if (!fresh.delete(codeKey(code))) taken.push(code);
  }
  const detail = { count: added, ...(label === null ? {} : { label }) };
  if (by !== undefined && added > 0) {
    await recordAudit(client, { actor: by, action: "promotion.codes_add", subject: promotionId, detail, at });
  }
  return { added, taken };
}

async function list(
  pool: pg.Pool,
  { promotionId, q, state, after, limit }: PromotionCodeFilter,
): Promise<PromotionCodeView[]> {
  const key = q === undefined ? null : codeKey(q);
  const values = [promotionId, key === "" ? null : key, q ?? null, state ?? null, after ?? null, limit];
  const { rows } = await run<Omit<PromotionCodeView, "createdAt" | "revokedAt"> & CodeTimes>(pool, LIST, values);
  return rows.map(({ createdAt, revokedAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }));
}

interface CodeTimes {
  createdAt: Date;
  revokedAt: Date | null;
}

async function revoke(client: pg.PoolClient, { promotionId, codeId, at, by }: RevokedCodes): Promise<number> {
  await run(client, LOCK, [promotionId]);
  const { rowCount } = await run(client, REVOKE, [promotionId, codeId, at]);
  const count = rowCount ?? 0;
  if (by !== undefined && count > 0) {
    await recordAudit(client, {
      actor: by,
      action: "promotion.codes_revoke",
      subject: promotionId,
      detail: { count },
      at,
    });
  }
  return count;
}
