import type pg from "pg";
import { fenFromTyped } from "#lib/base/fen.ts";
import type { OrderFilter } from "#lib/payment/index.ts";
import { likePart, likeStart } from "../like.ts";
import { run, statement } from "../transaction.ts";
import { isGivenBack, orderConditions, SETTLING } from "./order-conditions.ts";
import { ORDER_TEXT } from "./order-search.ts";

// What people type into the search of a list. Each of its meanings is a branch that an index answers with the newest orders
// first, and the page is cut from their union: a word that half of the orders have costs no more than one that none has.

/** With a point or a currency nothing else than an amount is meant. */
const MEANT_AS_AMOUNT = /[.¥￥元]/;
/** Of a WeChat number the first ten digits tell hardly more than the merchant. */
const TRANSACTION_START_CHARS_MIN = 10;
const NUMBER_START_CHARS_MIN = 2;
const REFUND_START_CHARS_MIN = 6;
const SHOPPER_END_CHARS_MIN = 4;
/** A name of one character is in half of all names. */
const NAME_CHARS_MIN = 2;

interface Meant {
  readonly words: readonly string[];
  readonly wanted: readonly string[];
  readonly indexedTo: Date;
  readonly firstWeek: number | null;
  readonly lastWeek: number;
  readonly stores: readonly string[];
  readonly tills: readonly string[];
  readonly cashiers: readonly string[];
  readonly codes: readonly string[];
}

const NAMED = "position(t.text in search_text(n.name)) > 0";
// SQL: one statement over several tables. Names are few: a shop has some stores, tills, cashiers and codes.
const MEANT = statement("meant_by_search")`
  with typed as (select search_text($1) as text)
  select string_to_array(t.text, ' ') as words, search_wanted(t.text)::text[] as wanted, p.indexed_to as "indexedTo",
         (select floor(extract(epoch from min(created_at)) / 604800)::int from orders) as "firstWeek",
         floor(extract(epoch from least(p.indexed_to, $3::timestamptz, (select o.created_at from orders o where o.id = $2))) / 604800)::int
           as "lastWeek",
         array(select n.id from stores n where ${NAMED} or lower(n.code) = t.text) as stores,
         array(select n.id from tills n where ${NAMED}) as tills,
         array(select n.id from cashiers n where ${NAMED}) as cashiers,
         array(select n.id from collection_codes n where position(t.text in search_text(n.label)) > 0 or n.code = t.text) as codes
    from typed t, order_search_progress p`;

/** The newest orders of a filter, to be read from: `select … from ${from} f`, with columns id and created_at, in no order. */
interface FoundOrders {
  readonly from: string;
  readonly values: unknown[];
}

export async function foundOrders(pool: pg.Pool, { text, ...filter }: OrderFilter): Promise<FoundOrders> {
  const { limit, ...narrowing } = filter;
  const { from, ofPayment, parts, where, values } = orderConditions(narrowing);
  const add = (value: unknown): string => `$${values.push(value)}`;
  const newest = `order by o.created_at desc, o.id desc limit ${add(limit)}`;
  if (text === undefined && isGivenBack(filter.status))
    return { from: newestGivenBack({ add, parts, newest, limit: `$${values.length}` }, filter.after), values };
  if (text === undefined) return { from: `(select o.id, o.created_at from ${from} ${where} ${newest})`, values };
  const search: Search = { add, parts, join: ofPayment ? `join ${SETTLING}` : "", newest, limit: `$${values.length}` };
  const amount = fenFromTyped(text);
  const branches =
    amount !== null && MEANT_AS_AMOUNT.test(text)
      ? ofAmount(search, amount)
      : [
          ...ofNumbers(search, text),
          ...(amount === null ? [] : ofAmount(search, amount)),
          ...ofWordsAndNames(search, await meantBy(pool, text, filter), text),
        ];
  const union = branches.join("\nunion ");
  return { from: `(select * from (${union}) o order by o.created_at desc, o.id desc limit ${search.limit})`, values };
}

/** The payments of orders that were given back, each with its order. */
const GIVEN_BACK = `
  payment_attempts s cross join lateral (select * from orders d where d.id = s.order_id offset 0) o`;
/** How long after it was made an order may be paid; longer than any expires after. */
const PAID_WITHIN = "interval '31 days'";
/** How far two clocks differ. */
const CLOCKS = "interval '1 day'";

/**
 * As many of the newest payments as a page has tell how old its oldest order is at most; of those that were paid since then, the
 * page has the newest orders.
 */
function newestGivenBack(
  { add, parts, newest, limit }: Pick<Search, "add" | "parts" | "newest" | "limit">,
  after: string | undefined,
): string {
  const bounds =
    after === undefined
      ? parts
      : [...parts, `s.paid_at < (select c.created_at + ${PAID_WITHIN} from orders c where c.id = ${add(after)})`];
  const where = ["s.verdict = 'settles'", ...bounds].join(" and ");
  return `(
    select o.id, o.created_at from ${GIVEN_BACK}
     where ${where} and s.paid_at >= coalesce((
       select min(c.created_at) - ${CLOCKS} from (
         select o.created_at from ${GIVEN_BACK} where ${where} order by s.paid_at desc limit ${limit}) c
       having count(*) >= ${limit}), '-infinity')
     ${newest})`;
}

type Upwards = Pick<OrderFilter, "after" | "createdTo">;

async function meantBy(pool: pg.Pool, text: string, { after, createdTo }: Upwards): Promise<Meant> {
  const { rows } = await run<Meant>(pool, MEANT, [text, after ?? null, createdTo ?? null]);
  const [meant] = rows;
  if (meant === undefined) throw new Error("the progress of the search is one row");
  return meant;
}

interface Search {
  add(value: unknown): string;
  /** What the rest of the filter asks of `orders o` and of the payment `s`. */
  readonly parts: readonly string[];
  readonly join: string;
  readonly newest: string;
  readonly limit: string;
}

const branch = ({ parts, join, newest }: Search, condition: string): string =>
  `(select o.id, o.created_at from orders o ${join} where ${[condition, ...parts].join(" and ")} ${newest})`;

const ofAmount = (search: Search, amount: number): string[] => [
  branch(search, `o.amount_due = ${search.add(amount)}`),
  branch(search, `o.amount_discount > 0 and o.amount_total = ${search.add(amount)}`),
];

/** Numbers and their beginnings: ours, WeChat's, those of refunds; the end of the shop's own name for a shopper. */
function ofNumbers(search: Search, text: string): string[] {
  const { add } = search;
  const chars = [...text].length;
  if (/\s/.test(text)) return [];
  // Looked up before all else: from the newest order on, a number that is nowhere would be looked for in all of them.
  const ofOrders = (orders: string) => branch(search, `o.id = any (array(${orders}))`);
  const exact = add(text);
  const branches = [branch(search, `o.id = ${exact}`)];
  if (chars >= NUMBER_START_CHARS_MIN) {
    // Our own numbers are in capital letters, which nobody types on a phone.
    const number = add(likeStart(/^lf[0-9a-z]*$/i.test(text) ? text.toUpperCase() : text));
    branches.push(
      branch(search, `o.out_trade_no like ${number}`),
      ofOrders(`select a.order_id from payment_attempts a where a.number like ${number} and a.sequence > 1`),
    );
  }
  const ofTransaction = chars < TRANSACTION_START_CHARS_MIN ? `= ${exact}` : `like ${add(likeStart(text))}`;
  branches.push(ofOrders(`select a.order_id from payment_attempts a where a.transaction_id ${ofTransaction}`));
  if (chars >= REFUND_START_CHARS_MIN) {
    const start = add(likeStart(text));
    branches.push(
      ofOrders(`select r.order_id from refunds r where r.number like ${start}`),
      ofOrders(`select r.order_id from refunds r where r.wechat_refund_id like ${start}`),
    );
  }
  if (chars >= SHOPPER_END_CHARS_MIN) {
    const end = add(likeStart([...text].reverse().join("")));
    branches.push(ofOrders(`select e.id from orders e where reverse(e.shopper_id) like ${end}`));
  }
  return branches;
}

function ofWordsAndNames(search: Search, meant: Meant, text: string): string[] {
  const { add } = search;
  const branches = [indexedWords(search, meant), liveWords(search, meant)];
  if ([...text].length < NAME_CHARS_MIN) return branches;
  for (const [column, ids] of [
    ["store_id", meant.stores],
    ["till_id", meant.tills],
    ["cashier_id", meant.cashiers],
  ] as const) {
    // Each place by itself, in the order of its index.
    for (const id of ids.slice(0, PLACES_MAX)) branches.push(branch(search, `o.${column} = ${add(id)}`));
  }
  if (meant.codes.length > 0) {
    branches.push(
      branch(
        search,
        `o.id in (select c.order_id from collection_orders c where c.code_id = any (${add(meant.codes)}::text[]))`,
      ),
    );
  }
  return branches;
}

/** A text that is in more names than that is no name. */
const PLACES_MAX = 20;

/** Week by week from the newest on, until there are enough. */
function indexedWords({ add, parts, join, limit }: Search, meant: Meant): string {
  const { words, wanted, indexedTo, firstWeek, lastWeek } = meant;
  // `offset 0` looks each found order up: of a common word and a status, Postgres would rather read every order of that status.
  const found = "cross join lateral (select * from orders where id = t.order_id offset 0) o";
  const orders = parts.length === 0 ? "" : `${found} ${join}`;
  return `(select f.order_id as id, f.created_at from generate_series(${add(lastWeek)}::int, ${add(firstWeek ?? lastWeek + 1)}::int, -1) w (week)
     cross join lateral (
       select t.order_id, t.created_at from order_search t ${orders}
        where search_pieces(t.week, t.text) @> array(select w.week * 4398046511104 + p from unnest(${add(wanted)}::bigint[]) p)
          and t.text like all (${add(words.map(likePart))}::text[]) and t.created_at < ${add(indexedTo)}
          ${parts.map((part) => `and ${part}`).join(" ")}
        order by t.created_at desc, t.order_id desc limit ${limit}) f limit ${limit})`;
}

/** Orders that the worker has not come to yet. */
const liveWords = (search: Search, { words, indexedTo }: Meant): string =>
  branch(
    search,
    `o.created_at >= ${search.add(indexedTo)} and ${ORDER_TEXT} like all (${search.add(words.map(likePart))}::text[])`,
  );
