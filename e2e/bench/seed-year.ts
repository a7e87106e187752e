import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { rebuildBehaviourDays } from "#lib/storage/behaviour/behaviour-days.ts";
import { withoutIndexes } from "./without-indexes.ts";

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
  ...["journal_entries", "journal_lines", "order_search"],
];

/**
 * Fills a scratch database with a shop's past: orders by the hour as people buy, most of them paid, some closed, some given
 * back, in two stores with offers. Drawn in the server, a hundred thousand at a time, and copied from one connection into
 * another, so that memory stays the same however many there are. Triggers and foreign keys are off on the writing connection,
 * and the indexes are built at the end, which nothing else than a scratch database can bear. What was begun and ended early
 * goes on where it was.
 * @param databaseUrl of a superuser
 */
export async function seedYear(databaseUrl: string, wanted: Year): Promise<void> {
  if (wanted.orders > ORDERS_MAX) throw new Error(`at most ${ORDERS_MAX} orders`);
  const [source, target] = [databaseUrl, databaseUrl].map((connectionString) => new pg.Client({ connectionString }));
  if (source === undefined || target === undefined) throw new Error("unreachable");
  try {
    await source.connect();
    await target.connect();
    for (const statement of QUICKLY) await target.query(statement);
    for (const statement of [PLACES, CASHIERS, COLLECTION_CODES, SEEDING]) await target.query(statement);
    const { made, until } = await beginOrGoOn(target, wanted);
    const year = { ...wanted, until };
    await withoutIndexes(target, TABLES, async () => {
      for (let from = made + 1; from <= year.orders; from += AT_ONCE) {
        const to = Math.min(from + AT_ONCE - 1, year.orders);
        await copyOrders({ source, target }, { year, from, to });
        year.onProgress?.(to);
      }
    });
    await target.query(
      "select setval(pg_get_serial_sequence('journal_entries', 'id'), (select max(id) from journal_entries))",
    );
    await target.query(CELLS, [year.until, year.days]);
    await rebuildBehaviourDays(target);
    await target.query(BEHAVIOUR_DONE, [year.until]);
    await target.query(SEARCH_DONE, [year.until]);
    for (const statement of AS_USUAL) await target.query(statement);
    await target.query("vacuum (analyze, freeze)");
    await target.query("update bench.seeding set finished = true where prefix = $1", [year.prefix]);
  } finally {
    await source.end();
    await target.end();
  }
}

/** How many orders a seeding has made in this database, and whether all else is there as well. */
export async function seeded(databaseUrl: string, prefix: string): Promise<{ made: number; finished: boolean }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(SEEDING);
    const { rows } = await client.query<{ made: number; finished: boolean }>(
      "select made, finished from bench.seeding where prefix = $1",
      [prefix],
    );
    return rows[0] ?? { made: 0, finished: false };
  } finally {
    await client.end();
  }
}

async function beginOrGoOn(target: pg.Client, year: Year): Promise<{ made: number; until: Date }> {
  const { rows } = await target.query<{ made: number; orders: number; days: number; until: Date }>(
    `insert into bench.seeding (prefix, orders, days, until) values ($1, $2, $3, $4)
     on conflict (prefix) do update set prefix = excluded.prefix returning made, orders, days, until`,
    [year.prefix, year.orders, year.days, year.until],
  );
  const [begun] = rows;
  if (begun === undefined) throw new Error("the seeding is not written down");
  if (begun.orders !== year.orders || begun.days !== year.days) {
    throw new Error(`this shop was begun with ${begun.orders} orders over ${begun.days} days`);
  }
  return begun;
}

interface Batch {
  readonly year: Year;
  readonly from: number;
  readonly to: number;
}

/** One batch is one commit of the writing connection, together with the note how far it came. */
async function copyOrders({ source, target }: { source: pg.Client; target: pg.Client }, batch: Batch): Promise<void> {
  const { year, from, to } = batch;
  await source.query(DRAWN, [year.prefix, year.orders, year.until, year.days, from, to]);
  await source.query(SAID);
  await target.query("begin");
  for (const [table, rows] of Object.entries(ROWS)) {
    const read = source.query(copyTo(`copy (${rows}) to stdout`));
    await pipeline(read, target.query(copyFrom(`copy ${table} from stdin`)));
  }
  await target.query("update bench.seeding set made = $2 where prefix = $1", [year.prefix, to]);
  await target.query("commit");
  await source.query("drop table drawn, said");
}

const SEEDING = `
  create schema if not exists bench;
  create table if not exists bench.seeding (
    prefix text primary key, orders int not null, days int not null, until timestamptz not null,
    made int not null default 0, finished boolean not null default false)`;
/** A crash may cost a scratch database. */
const QUICKLY = [
  "set session_replication_role = replica",
  "set synchronous_commit = off",
  "set statement_timeout = 0",
  "set maintenance_work_mem = '512MB'",
  "alter system set max_wal_size = '4GB'",
  "alter system set checkpoint_timeout = '30min'",
  "alter system set full_page_writes = off",
  "alter system set autovacuum = off",
  "select pg_reload_conf()",
];
const AS_USUAL = ["alter system reset all", "select pg_reload_conf()"];

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
const draw = (salt: string) =>
  `((hashint8extended(n, hashtextextended('${salt}', 0)) & 9007199254740991)::float8 / 9007199254740992)`;

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
/** Journal entries with numbers after those that are there. */
const SAID = `
  create temp table said as
  select (select coalesce(max(id), 0) from journal_entries) + row_number() over (order by at) as id, e.* from (
    select 'payment:' || attempt as cause, id as order_id, at + make_interval(secs => took) as at, 'wechat_clearing' as debit, 'sales' as credit, price - off as amount
      from drawn where status = 'paid'
    union all
    select 'refund:ref_' || right(id, 26), id, at + interval '2 hours', 'refunds', 'wechat_clearing', 100 from drawn where status = 'paid' and refund < 0.03
  ) e`;
/** What each table gets, its columns by name. */
const ROWS = {
  "orders (id, out_trade_no, status, version, amount_total, amount_discount, amount_due, description, metadata, scene, store_id, till_id, cashier_id, shopper_id, created_at, expires_at, paid_at, closed_at, check_at)": `
    select id, number, status, 2, price, off, price - off, case when n % 4 = 0 then item || ' 等2件' else item end,
           case when note is null then '{}' else jsonb_build_object('note', note) end, scene, 'sto_' || store, 'til_' || store || till,
           case when store is not null then 'csh_' || 1 + n % 4 end,
           case when shopper < 0.3 then 'shopper-' || (n % 40000) end, at, at + interval '15 minutes',
           case when status = 'paid' then at + make_interval(secs => took) end,
           case when status = 'closed' then at + interval '15 minutes' end, case when status = 'pending' then at + interval '15 minutes' end
      from drawn`,
  "order_items (id, order_id, position, name, unit_amount, quantity, discount)": `
  select 'itm_' || right(id, 26), id, 0, item, case when n % 4 = 0 then price - 100 else price end, 1, off from drawn
  union all
  select 'itm_x' || right(id, 25), id, 1, '环保纸袋', 100, 1, 0 from drawn where n % 4 = 0`,
  "payment_attempts (id, order_id, sequence, account_id, protocol, number, channel, status, amount_due, transaction_id, verdict, amount_paid, amount_settled, payer_amount, refunded, created_at, paid_at, ended_at, check_at, confirmed_by, confirmed_account_id, confirmed_protocol)": `
  select d.attempt, d.id, 1, g.id, g.protocol, d.number, d.channel,
         case d.status when 'paid' then 'succeeded' when 'closed' then 'closed' else 'waiting' end, d.price - d.off,
         case when d.status = 'paid' then '4200' || d.number end, case when d.status = 'paid' then 'settles' end,
         case when d.status = 'paid' then d.price - d.off else 0 end, case when d.status = 'paid' then d.price - d.off else 0 end,
         case when d.status = 'paid' then d.price - d.off end, case when d.status = 'paid' and d.refund < 0.03 then 100 else 0 end,
         d.at, case when d.status = 'paid' then d.at + make_interval(secs => d.took) end,
         case when d.status = 'closed' then d.at + interval '15 minutes' end, case when d.status = 'pending' then d.at + interval '15 minutes' end,
         case when d.status = 'paid' then 'notice' end, case when d.status = 'paid' then g.id end, case when d.status = 'paid' then g.protocol end
    from drawn d, (select id, protocol from gateway_accounts order by status = 'active' desc limit 1) g`,
  "refunds (id, order_id, attempt_id, number, origin, amount, status, wechat_refund_id, created_at, send_at, sent_at, accepted_at, succeeded_at)": `
  select 'ref_' || right(id, 26), id, attempt, 'r' || number, 'request', 100, 'succeeded', '5030' || number,
         at + interval '2 hours', at + interval '2 hours', at + interval '2 hours', at + interval '2 hours', at + interval '2 hours'
    from drawn where status = 'paid' and refund < 0.03`,
  "promotion_uses (order_id, promotion_id, version, amount, state, created_at, settled_at)": `
  select id, p.promotion_id, 1, off, 'spent', at, at
    from drawn, (select (array['demo-100-20','demo-bakery-30-5'])[1 + (generate_series % 2)] as promotion_id, generate_series from generate_series(0, 1)) p
   where off > 0 and status = 'paid' and p.generate_series = n % 2`,
  "collection_orders (order_id, code_id, paid_amount, created_at)": `
  select id, code, case when status = 'paid' then price - off end, at from drawn where code is not null`,
  "journal_entries (id, cause, order_id, created_at)": `
    select id, cause, order_id, at from said`,
  "journal_lines (entry_id, account, debit, credit)": `
    select id, debit, amount, 0 from said union all select id, credit, 0, amount from said`,
  "order_search (order_id, created_at, week, text)": `
    select id, at, floor(extract(epoch from at) / 604800)::int,
           search_text(concat_ws(' ', case when n % 4 = 0 then item || ' 等2件 ' || item || ' 环保纸袋' else item || ' ' || item end, note))
      from drawn`,
} as const;
/** The pay page's events are not there: only their sums are. */
const BEHAVIOUR_DONE = `
  update behaviour_progress set rolled_to = $1, journal_to = (select coalesce(max(id), 0) from journal_entries)`;

const SEARCH_DONE = `
  update order_search_progress set indexed_to = $1, journal_to = (select coalesce(max(id), 0) from journal_entries)`;
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
