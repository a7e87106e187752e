import type { ProductDoors } from "./product.ts";
import type { SandboxTrade, Shop } from "./shop.ts";

// The whole promise: what the sandbox calls paid is paid here exactly once, and nothing else is.

interface AttemptProof {
  number: string;
  status: string;
  verdict: string | null;
  transaction_id: string | null;
  amount_paid: number;
  refunded: number;
  refund_held: number;
  order_id: string;
  order_status: string;
}

interface Books {
  readonly trades: readonly SandboxTrade[];
  readonly attempts: readonly AttemptProof[];
  readonly clearingFen: number;
  readonly payments: number;
  readonly refunds: readonly RefundProof[];
}

interface RefundProof {
  number: string;
  amount: number;
  status: string;
}

/** Everything in which the product and the sandbox disagree, in sentences; none when all is well. */
export async function contradictions(product: ProductDoors, shop: Shop): Promise<string[]> {
  const books = await readBooks(product, shop);
  return [
    ...paidOnce(books),
    ...nothingElsePaid(books),
    ...onePayableTrade(books),
    ...givenBackOnce(books),
    ...journalAgrees(books),
  ];
}

async function readBooks(product: ProductDoors, shop: Shop): Promise<Books> {
  const trades = await shop.trades();
  const client = await product.connect();
  try {
    const attempts = await client.query<AttemptProof>(
      `select a.number, a.status, a.verdict, a.transaction_id, a.amount_paid, a.refunded, a.refund_held, o.id as order_id, o.status as order_status
         from orders o join payment_attempts a on a.order_id = o.id`,
    );
    const clearing = await client.query<{ fen: string }>(
      "select coalesce(sum(debit - credit), 0) as fen from journal_lines where account = 'wechat_clearing'",
    );
    const entries = await client.query<{ count: string }>(
      "select count(*) from journal_entries where cause like 'payment:%'",
    );
    const refunds = await client.query<RefundProof>("select number, amount, status from refunds");
    return {
      trades,
      attempts: attempts.rows,
      clearingFen: Number(clearing.rows[0]?.fen),
      payments: Number(entries.rows[0]?.count),
      refunds: refunds.rows,
    };
  } finally {
    await client.end().catch(() => {});
  }
}

// A trade stays REFUND, however little went back; what was charged by a code and REVOKED was never paid.
const paidTrades = ({ trades }: Books) => trades.filter(({ state }) => state === "SUCCESS" || state === "REFUND");
const ENDED = new Set(["CLOSED", "REVOKED", "PAYERROR"]);

function paidOnce(books: Books): string[] {
  const byNumber = new Map(books.attempts.map((attempt) => [attempt.number, attempt]));
  return paidTrades(books).flatMap((trade) => {
    const here = byNumber.get(trade.outTradeNo);
    const wanted = `succeeded settles ${trade.total} ${trade.transactionId} paid`;
    const found =
      here && `${here.status} ${here.verdict} ${here.amount_paid} ${here.transaction_id} ${here.order_status}`;
    return found === wanted ? [] : [`trade ${trade.outTradeNo} is paid, but here it is ${found ?? "unknown"}`];
  });
}

function nothingElsePaid(books: Books): string[] {
  const paid = new Set(paidTrades(books).map(({ outTradeNo }) => outTradeNo));
  const settling = Map.groupBy(
    books.attempts.filter(({ verdict }) => verdict === "settles"),
    ({ order_id }) => order_id,
  );
  return [
    ...books.attempts
      .filter(({ number, status }) => status === "succeeded" && !paid.has(number))
      .map(({ number }) => `attempt ${number} is paid here, but not at the sandbox`),
    ...books.attempts
      .filter(
        ({ order_id, order_status }) => (settling.get(order_id)?.length ?? 0) !== (order_status === "paid" ? 1 : 0),
      )
      .map(({ order_id, order_status }) => `order ${order_id} is ${order_status} and has other settling attempts`),
  ];
}

function onePayableTrade({ trades, attempts }: Books): string[] {
  const orderOf = new Map(attempts.map(({ number, order_id }) => [number, order_id]));
  const open = trades.filter(({ state }) => !ENDED.has(state));
  return [
    ...open
      .filter(({ outTradeNo }) => !orderOf.has(outTradeNo))
      .map(({ outTradeNo }) => `trade ${outTradeNo} was opened without an attempt`),
    ...[...Map.groupBy(open, ({ outTradeNo }) => orderOf.get(outTradeNo))]
      .filter(([, siblings]) => siblings.length > 1)
      .map(([orderId, siblings]) => `order ${orderId} has ${siblings.length} trades that can be or were paid`),
  ];
}

/** Each refund that the sandbox made is a refund here, of the same sum, and both have ended. */
function givenBackOnce({ trades, refunds, attempts }: Books): string[] {
  const made = trades.flatMap((trade) => trade.refunds);
  const there = new Map(made.map(({ outRefundNo, amount, status }) => [outRefundNo, `${amount} ${status}`]));
  const here = new Map(
    refunds.map(({ number, amount, status }) => [number, `${amount} ${WORDS.get(status) ?? status}`]),
  );
  const numbers = [...new Set([...there.keys(), ...here.keys()])];
  const sums = trades.flatMap(({ outTradeNo, refunds: own }) => {
    const sum = own.reduce((total, { amount }) => total + amount, 0);
    const attempt = attempts.find(({ number }) => number === outTradeNo);
    const found = attempt === undefined ? "nothing" : `${attempt.refunded} fen and holds ${attempt.refund_held}`;
    return sum === 0 || found === `${sum} fen and holds 0`
      ? []
      : [`trade ${outTradeNo} gave back ${sum} fen, here ${found}`];
  });
  return [
    ...numbers
      .filter((number) => there.get(number) !== here.get(number))
      .map(
        (number) => `refund ${number} is ${there.get(number) ?? "unknown"} at the sandbox, here ${here.get(number)}`,
      ),
    ...sums,
  ];
}

const WORDS = new Map([["succeeded", "SUCCESS"]]);

function journalAgrees(books: Books): string[] {
  const paid = paidTrades(books);
  const given = paid.flatMap(({ refunds }) => refunds).reduce((sum, { amount }) => sum + amount, 0);
  const fen = paid.reduce((sum, { total }) => sum + total, 0) - given;
  return [
    ...(books.clearingFen === fen ? [] : [`the journal has ${books.clearingFen} fen at WeChat, the sandbox ${fen}`]),
    ...(books.payments === paid.length
      ? []
      : [`the journal has ${books.payments} payments, the sandbox ${paid.length}`]),
  ];
}
