import type pg from "pg";
import type { JudgedCode } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";

// SQL: one statement over several tables. A code may be the one of a promotion, or one of a list; what is best of them counts.
const JUDGE = statement("judge_codes")`
  select given.key, coalesce((
    select found.state from (
      select case when p.status = 'active' then 'open' else 'ended' end as state
        from promotions p where p.code_key = given.key
      union all
      select case when p.status <> 'active' or c.revoked_at is not null then 'ended'
                  when c.uses >= c.max_uses then 'used' else 'open' end
        from promotion_codes c join promotions p on p.id = c.promotion_id where c.key = given.key
    ) found order by array_position(array['open', 'used', 'ended'], found.state) limit 1), 'unknown') as state
  from unnest($1::text[]) as given (key)`;

/** What the codes are, whoever has them. */
export async function judgeCodes(on: pg.Pool | pg.PoolClient, keys: readonly string[]): Promise<JudgedCode[]> {
  const { rows } = await run<JudgedCode>(on, JUDGE, [keys]);
  return rows;
}
