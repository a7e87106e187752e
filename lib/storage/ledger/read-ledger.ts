import pg from "pg";
import { type AnchorHeads, SELECT_ANCHORS } from "./anchors.ts";
import { type ChainHead, HEADS } from "./chain-links.ts";
import { type ChainName, type ChainRow, selectRows } from "./chain-rows.ts";

// Everything that a verifier reads, as it is at one moment, on a connection of its own: it may be the live database or a
// restored one. SQL throughout: cursors over whole tables.

export interface StoredLink {
  readonly rowId: string;
  readonly previousId: string;
  readonly hash: Buffer;
}

/** What was paid for an order and what went back, in fen, by its attempts and by the journal. */
interface OrderBooking {
  readonly orderId: string;
  readonly paid: string;
  readonly refunded: string;
  readonly bookedPaid: string;
  readonly bookedRefunded: string;
}

export interface LedgerSnapshot {
  rows(chain: ChainName): AsyncGenerator<ChainRow>;
  links(chain: ChainName): AsyncGenerator<StoredLink>;
  heads(): Promise<readonly ChainHead[]>;
  anchors(): Promise<readonly AnchorHeads[]>;
  /** Numbers of entries that have lines and no entry. */
  strayLines(): Promise<readonly string[]>;
  /** Every order that was paid, or of which something is booked. */
  orders(): AsyncGenerator<OrderBooking>;
}

const ROWS_AT_ONCE = 5_000;

const ORDER_SUMS = `
  with attempts as (
    select order_id, sum(amount_paid) as paid, sum(refunded) as refunded
      from payment_attempts where status = 'succeeded' group by order_id
  ), booked as (
    select e.order_id, sum(l.debit) filter (where e.cause like 'payment:%') as paid, sum(l.credit) filter (where e.cause like 'refund:%') as refunded
      from journal_entries e join journal_lines l on l.entry_id = e.id and l.account in ('wechat_clearing', 'vouchers')
     where e.order_id is not null group by e.order_id
  )
  select order_id as "orderId", coalesce(a.paid, 0)::text as paid, coalesce(a.refunded, 0)::text as refunded,
         coalesce(b.paid, 0)::text as "bookedPaid", coalesce(b.refunded, 0)::text as "bookedRefunded"
    from attempts a full join booked b using (order_id)`;

const STRAY_LINES = `
  select distinct entry_id::text as id from journal_lines l
   where not exists (select from journal_entries e where e.id = l.entry_id) limit 1000`;

export async function readLedger<Result>(
  url: string,
  work: (ledger: LedgerSnapshot) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: "lingfu verify-ledger" });
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    // A whole table is read: the limits of a page's statements are not meant for it.
    await client.query("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
    let cursors = 0;
    async function* walk<Row extends pg.QueryResultRow>(select: string): AsyncGenerator<Row> {
      const cursor = `walk_${cursors++}`;
      await client.query(`declare ${cursor} no scroll cursor for ${select}`);
      for (;;) {
        const { rows } = await client.query<Row>(`fetch ${ROWS_AT_ONCE} from ${cursor}`);
        yield* rows;
        if (rows.length < ROWS_AT_ONCE) break;
      }
      await client.query(`close ${cursor}`);
    }
    return await work({
      rows: (chain) => walk(`${selectRows(chain)} order by r.id`),
      links: (chain) =>
        walk(
          `select row_id::text as "rowId", previous_id::text as "previousId", hash from chain_links where chain = '${chain}' order by row_id`,
        ),
      heads: async () => (await client.query<ChainHead>(HEADS)).rows,
      anchors: async () => (await client.query<AnchorHeads>(`${SELECT_ANCHORS} order by day`)).rows,
      strayLines: async () => (await client.query<{ id: string }>(STRAY_LINES)).rows.map(({ id }) => id),
      orders: () => walk(ORDER_SUMS),
    });
  } finally {
    await client.end();
  }
}
