import pg from "pg";
import { rebuildBehaviourDays } from "#lib/storage/behaviour/behaviour-days.ts";

interface Year {
  readonly orders: number;
  /** Spread over the days before this moment, the last of them today. */
  readonly until: Date;
  readonly days: number;
  /** Tells two seedings of one database apart: up to 8 letters and digits. */
  readonly prefix: string;
  readonly onProgress?: (orders: number) => void;
}

const ORDERS_MAX = 20_000_000;
const AT_ONCE = 100_000;
const TABLES = [
  ...["orders", "order_items", "payment_attempts", "refunds", "promotion_uses", "collection_orders"],
  ...["journal_entries", "journal_lines"],
];

/**
 * Fills a scratch database with a shop's past: orders by the hour as people buy, most of them paid, some closed, some given
 * back, in two stores with offers. Written in the server itself, a hundred thousand at a time, past the triggers that guard
 * real orders: they are off within each of these transactions, which nothing else than a scratch database can bear.
 */
export async function seedYear(databaseUrl: string, year: Year): Promise<void> {
  if (year.orders > ORDERS_MAX) throw new Error(`at most ${ORDERS_MAX} orders`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const statement of [PLACES, CASHIERS, COLLECTION_CODES]) await client.query(statement);
    for (let from = 1; from <= year.orders; from += AT_ONCE) {
      const values = [year.prefix, year.orders, year.until, year.days, from, Math.min(from + AT_ONCE - 1, year.orders)];
      await client.query("begin");
      for (const table of TABLES) await client.query(`alter table ${table} disable trigger user`);
      for (const statement of [DRAWN, ORDERS, ATTEMPTS, REFUNDS, OFFERS, CODES, JOURNAL]) {
        await client.query(statement, statement === DRAWN ? values : []);
      }
      await client.query("drop table drawn");
      for (const table of TABLES) await client.query(`alter table ${table} enable trigger user`);
      await client.query("commit");
      year.onProgress?.(Math.min(from + AT_ONCE - 1, year.orders));
    }
    await client.query(CELLS, [year.until, year.days]);
    await rebuildBehaviourDays(client);
    await client.query(BEHAVIOUR_DONE, [year.until]);
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}

const PLACES = `
  with store as (
    insert into stores (id, code, name, created_at) values ('sto_south', 'south', '南门店', now()), ('sto_north', 'north', '北门店', now())
    on conflict do nothing)
  insert into tills (id, store_id, code, name, created_at)
  select 'til_' || s || n, 'sto_' || s, n::text, n || '号收银台', now() from unnest('{south,north}'::text[]) s, generate_series(1, 3) n
  on conflict do nothing`;
const CASHIERS = `
  insert into cashiers (id, name, pin_hash, created_at)
  select 'csh_' || n, (array['王小明','李芳','张伟','陈静'])[n], '$scrypt$none', now() from generate_series(1, 4) n on conflict do nothing`;
const COLLECTION_CODES = `
  insert into collection_codes (id, code, label, amount_min, amount_max, created_by, created_at, updated_at)
  select 'col_bench' || n, 'benchc00000' || n, n || '号桌', 1, 1000000, 'bench', now(), now() from generate_series(1, 8) n on conflict do nothing`;

// One draw in [0, 1) per order and purpose, the same in each run.
const draw = (salt: string) => `(('x' || substr(md5(n || '${salt}'), 1, 8))::bit(32)::bigint::float8 / 4294967296)`;

// Evenly over the days; within the day two humps, at noon and in the evening, of Beijing.
const DRAWN = `
  create temp table drawn as
  select n, 'ord_' || lpad($1 || n, 26, '0') as id, 'att_' || lpad($1 || n, 26, '0') as attempt, 'bench-' || $1 || '-' || n as number,
         least($3::timestamptz - interval '1 second', at) as at, price, off,
         case when paid < 0.86 then 'paid' when at > $3::timestamptz - interval '15 minutes' then 'pending' else 'closed' end as status,
         (array['native','jsapi','h5','miniprogram','codepay'])[1 + floor(5 * power(${draw("channel")}, 1.6))::int] as channel,
         (array['dining','retail','other','takeaway','parking'])[1 + floor(5 * power(${draw("scene")}, 1.4))::int] as scene,
         case when place < 0.7 then (array['south','north'])[1 + (place < 0.25)::int] end as store, 1 + (n % 3) as till,
         refund, shopper, least(600, 6 + 60 * power(${draw("took")}, 3)) as took,
         (array['冰','热','大杯','小份','双人','经典','招牌',''])[1 + floor(8 * power(${draw("kind")}, 1.3))::int]
           || case when ${draw("season")} < 0.5 and extract(month from at) = 9 then '莲蓉月饼' when ${draw("rare")} < 0.0005 then '生日蜡烛'
              else (array['拿铁','美式咖啡','卡布奇诺','牛肉面','番茄鸡蛋面','可颂面包','柠檬红茶','茉莉绿茶','芝士蛋糕','Latte','停车费','宫保鸡丁','麻婆豆腐','米饭','酸梅汤','豆浆油条'])[1 + floor(16 * power(${draw("name")}, 1.8))::int] end as item,
         case when ${draw("note")} < 0.1 then (array['少冰','不要香菜','打包带走','发票抬头公司'])[1 + n % 4] || ' ' || n end as note,
         case when ${draw("code")} < 0.06 then 'col_bench' || 1 + n % 8 end as code
    from (
      select n, ${draw("paid")} as paid, ${draw("place")} as place, ${draw("refund")} as refund, ${draw("shopper")} as shopper,
             500 + 100 * floor(80 * power(${draw("price")}, 2))::int as price,
             case when ${draw("off")} < 0.2 then 200 else 0 end as off,
             (date_trunc('day', $3::timestamptz, 'Asia/Shanghai') - make_interval(days => ($4::int - 1 - floor((n - 1)::float8 * $4::int / $2::int))::int)
              + make_interval(secs => 3600 * (case when ${draw("hump")} < 0.55 then 11 else 18 end + 4 * (${draw("hour")} + ${draw("more")} - 1)))) as at
        from generate_series($5::int, $6::int) n
    ) drawn
   where at < $3::timestamptz`;
const ORDERS = `
  with made as (
    insert into orders (id, out_trade_no, status, version, amount_total, amount_discount, amount_due, description, metadata, scene, store_id,
                        till_id, cashier_id, shopper_id, created_at, expires_at, paid_at, closed_at, check_at)
    select id, number, status, 2, price, off, price - off, case when n % 4 = 0 then item || ' 等2件' else item end,
           case when note is null then '{}' else jsonb_build_object('note', note) end, scene, 'sto_' || store, 'til_' || store || till,
           case when store is not null then 'csh_' || 1 + n % 4 end,
           case when shopper < 0.3 then 'shopper-' || (n % 40000) end, at, at + interval '15 minutes',
           case when status = 'paid' then at + make_interval(secs => took) end,
           case when status = 'closed' then at + interval '15 minutes' end, case when status = 'pending' then at + interval '15 minutes' end
      from drawn)
  insert into order_items (id, order_id, position, name, unit_amount, quantity, discount)
  select 'itm_' || right(id, 26), id, 0, item, case when n % 4 = 0 then price - 100 else price end, 1, off from drawn
  union all
  select 'itm_x' || right(id, 25), id, 1, '环保纸袋', 100, 1, 0 from drawn where n % 4 = 0`;
const ATTEMPTS = `
  insert into payment_attempts (id, order_id, sequence, account_id, protocol, number, channel, status, amount_due, transaction_id, verdict,
                                amount_paid, amount_settled, payer_amount, refunded, created_at, paid_at, ended_at, check_at,
                                confirmed_by, confirmed_account_id, confirmed_protocol)
  select d.attempt, d.id, 1, g.id, g.protocol, d.number, d.channel,
         case d.status when 'paid' then 'succeeded' when 'closed' then 'closed' else 'waiting' end, d.price - d.off,
         case when d.status = 'paid' then '4200' || d.number end, case when d.status = 'paid' then 'settles' end,
         case when d.status = 'paid' then d.price - d.off else 0 end, case when d.status = 'paid' then d.price - d.off else 0 end,
         case when d.status = 'paid' then d.price - d.off end, case when d.status = 'paid' and d.refund < 0.03 then 100 else 0 end,
         d.at, case when d.status = 'paid' then d.at + make_interval(secs => d.took) end,
         case when d.status = 'closed' then d.at + interval '15 minutes' end, case when d.status = 'pending' then d.at + interval '15 minutes' end,
         case when d.status = 'paid' then 'notice' end, case when d.status = 'paid' then g.id end, case when d.status = 'paid' then g.protocol end
    from drawn d, (select id, protocol from gateway_accounts order by status = 'active' desc limit 1) g`;
const REFUNDS = `
  insert into refunds (id, order_id, attempt_id, number, origin, amount, status, wechat_refund_id, created_at, send_at, sent_at, accepted_at, succeeded_at)
  select 'ref_' || right(id, 26), id, attempt, 'r' || number, 'request', 100, 'succeeded', '5030' || number,
         at + interval '2 hours', at + interval '2 hours', at + interval '2 hours', at + interval '2 hours', at + interval '2 hours'
    from drawn where status = 'paid' and refund < 0.03`;
const OFFERS = `
  insert into promotion_uses (order_id, promotion_id, version, amount, state, created_at, settled_at)
  select id, p.promotion_id, 1, off, 'spent', at, at
    from drawn, (select (array['demo-100-20','demo-bakery-30-5'])[1 + (generate_series % 2)] as promotion_id, generate_series from generate_series(0, 1)) p
   where off > 0 and status = 'paid' and p.generate_series = n % 2`;
const CODES = `
  insert into collection_orders (order_id, code_id, paid_amount, created_at)
  select id, code, case when status = 'paid' then price - off end, at from drawn where code is not null`;
const JOURNAL = `
  with said as (
    select 'payment:' || attempt as cause, id as order_id, at + make_interval(secs => took) as at, 'wechat_clearing' as debit, 'sales' as credit, price - off as amount
      from drawn where status = 'paid'
    union all
    select 'refund:ref_' || right(id, 26), id, at + interval '2 hours', 'refunds', 'wechat_clearing', 100 from drawn where status = 'paid' and refund < 0.03
  ), entries as (
    insert into journal_entries (cause, order_id, created_at) select cause, order_id, at from said order by at returning id, cause)
  insert into journal_lines (entry_id, account, debit, credit)
  select e.id, l.account, l.debit, l.credit from entries e join said s on s.cause = e.cause,
         lateral (values (s.debit, s.amount, 0), (s.credit, 0, s.amount)) as l (account, debit, credit)`;
/** The pay page's events are not there: only their sums are. */
const BEHAVIOUR_DONE = `
  update behaviour_progress set rolled_to = $1, journal_to = (select coalesce(max(id), 0) from journal_entries)`;

/** What the pay page told, as it stands once it is added up: events of a year would be three for each order. */
const CELLS = `
  insert into behaviour_cells (starts_at, span, channel, scene, env, viewed, tapped, paid, paid_soon, reasons, pay_seconds)
  select h, 'hour', c, s, 'wechat', v, v - v / 8, v - v / 6, v - v / 6, jsonb_build_object('left_without_tapping',
         jsonb_build_object('orders', v / 12, 'amount', v * 150), 'cancelled', jsonb_build_object('orders', v / 6 - v / 12, 'amount', v * 90)),
         jsonb_build_object('9', v / 2, '14', v / 4, '40', v - v / 6 - v / 2 - v / 4)
    from generate_series(date_trunc('hour', $1::timestamptz) - make_interval(days => least($2::int, 180)), date_trunc('hour', $1::timestamptz), interval '1 hour') h,
         unnest('{native,jsapi,h5,miniprogram,guide}'::text[]) c, unnest('{dining,retail,other,takeaway}'::text[]) s,
         lateral (select greatest(1, (12 * (1 + sin((extract(hour from h at time zone 'Asia/Shanghai') - 6) * pi() / 12)))::int) as v) load
   where extract(hour from h at time zone 'Asia/Shanghai') between 7 and 22
  on conflict do nothing`;
