import type pg from "pg";
import { GATEWAY_MESSAGES_KEPT_EACH_END } from "#lib/base/limits.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

/** One exchange with the provider about a trade or refund, as it is kept: masked, and cut to its limits. */
export interface GatewayMessage {
  readonly about: "trade" | "refund";
  readonly number: string;
  /** `out`: our request and the answer to it. `in`: a notification and our answer. */
  readonly direction: "out" | "in";
  readonly operation: string;
  readonly accountId: string;
  readonly protocol: "v2" | "v3";
  readonly method: "GET" | "POST";
  /** Where it was sent, with the query. */
  readonly target: string;
  readonly at: Date;
  readonly durationMs: number;
  /** Of the answer; null: none came. */
  readonly status: number | null;
  /** What it was taken for. */
  readonly result: string;
  /** What came of verifying the provider's part; null: there is none. */
  readonly signature: string | null;
  readonly requestId: string | null;
  readonly request: MessagePart;
  readonly answer: MessagePart;
  readonly isMasked: boolean;
}

export interface MessagePart {
  /** One header a line. */
  readonly head: string;
  readonly body: Uint8Array;
  /** Of the whole body, of which `body` may be the beginning. */
  readonly bytes: number;
}

// SQL: one statement for a batch, written behind every payment.
const INSERT = statement("insert_gateway_messages")`
  insert into gateway_messages (about, number, direction, operation, account_id, protocol, method, target, at, duration_ms, status,
    result, signature, request_id, request_head, request_body, request_bytes, answer_head, answer_body, answer_bytes, masked)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::timestamptz[], $10::int[], $11::smallint[], $12::text[], $13::text[], $14::text[], $15::text[], $16::bytea[], $17::int[],
    $18::text[], $19::bytea[], $20::int[], $21::bool[])`;
// A trade that is asked about for days, or a notification that somebody repeats, must not fill the disk.
const TRIM = statement("trim_gateway_messages")`
  delete from gateway_messages where id in (
    select m.id from (select distinct * from unnest($1::text[], $2::text[], $3::text[]) as t (number, about, operation)) t
     cross join lateral (
       select id, row_number() over (order by id) as place, count(*) over () as total from gateway_messages
        where number = t.number and about = t.about and operation = t.operation) m
     where m.place > $4::int and m.place <= m.total - $4::int)`;

export async function insertGatewayMessages(pool: pg.Pool, messages: readonly GatewayMessage[]): Promise<void> {
  const column = <Value>(of: (message: GatewayMessage) => Value) => messages.map(of);
  const bytes = (of: (message: GatewayMessage) => Uint8Array) => messages.map((message) => Buffer.from(of(message)));
  await run(pool, INSERT, [
    ...[column((m) => m.about), column((m) => m.number), column((m) => m.direction), column((m) => m.operation)],
    ...[column((m) => m.accountId), column((m) => m.protocol), column((m) => m.method), column((m) => m.target)],
    ...[column((m) => m.at), column((m) => m.durationMs), column((m) => m.status), column((m) => m.result)],
    ...[column((m) => m.signature), column((m) => m.requestId)],
    ...[column((m) => m.request.head), bytes((m) => m.request.body), column((m) => m.request.bytes)],
    ...[column((m) => m.answer.head), bytes((m) => m.answer.body), column((m) => m.answer.bytes)],
    column((m) => m.isMasked),
  ]);
  const keys = [column((m) => m.number), column((m) => m.about), column((m) => m.operation)];
  await run(pool, TRIM, [...keys, GATEWAY_MESSAGES_KEPT_EACH_END]);
}

/** A message in a list: without its bytes. */
export interface ListedMessage extends Omit<GatewayMessage, "request" | "answer"> {
  readonly id: string;
  readonly requestBytes: number;
  readonly answerBytes: number;
}

// SQL: joined by the numbers of an order's trades and refunds.
const NUMBERS = `select 'trade' as about, number from payment_attempts where order_id = $1
  union all select 'refund', number from refunds where order_id = $1`;

/** The newest of an order's messages, oldest first. */
export async function listGatewayMessages(pool: pg.Pool, orderId: string, limit: number): Promise<ListedMessage[]> {
  const { rows } = await pool.query<ListedMessage>(
    `select m.id::text, m.about, m.number, m.direction, m.operation, m.account_id as "accountId", m.protocol, m.method, m.target, m.at,
            m.duration_ms as "durationMs", m.status, m.result, m.signature, m.request_id as "requestId", m.masked as "isMasked",
            m.request_bytes as "requestBytes", m.answer_bytes as "answerBytes"
       from (${NUMBERS}) n join gateway_messages m on m.number = n.number and m.about = n.about
      order by m.id desc limit $2`,
    [orderId, limit],
  );
  return rows.reverse();
}

/** The bytes of one message, if it is this order's. */
export async function readGatewayMessage(
  pool: pg.Pool,
  orderId: string,
  messageId: string,
): Promise<Pick<GatewayMessage, "request" | "answer"> | null> {
  const row = await viaPrisma(pool, (prisma) => prisma.gatewayMessage.findUnique({ where: { id: BigInt(messageId) } }));
  if (row === null) return null;
  const { rowCount } = await pool.query(`select from (${NUMBERS}) n where n.about = $2 and n.number = $3`, [
    orderId,
    row.about,
    row.number,
  ]);
  if (rowCount === 0) return null;
  return {
    request: { head: row.requestHead, body: row.requestBody, bytes: row.requestBytes },
    answer: { head: row.answerHead, body: row.answerBody, bytes: row.answerBytes },
  };
}
