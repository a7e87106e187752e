import { createDecipheriv, createPublicKey, randomUUID, verify } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import pg from "pg";

// The floor: what the same durable work and the same cryptography cost with node:http and pg, written as straight as it
// can be, with no checks, no errors, no states. What the product takes beyond it is the price of being right.

export interface FloorOptions {
  readonly databaseUrl: string;
  readonly platformPublicKeyPem: string;
  readonly apiV3Key: string;
}

const STATUS = {
  name: "floor_status",
  text: `select o.id, o.status, o.amount_due, o.paid_at, o.expires_at, o.version, a.amount_paid
           from orders o left join payment_attempts a on a.order_id = o.id and a.verdict = 'settles' where o.id = $1`,
};
const CREATE = {
  name: "floor_create",
  text: `with kept as (insert into idempotency (api_key_id, key, digest, status, body, created_at)
                       select k.id, $2, sha256(convert_to($2, 'UTF8')), 201, $5, now() from api_keys k where k.id = $1 and k.revoked_at is null),
              made as (insert into orders (id, out_trade_no, amount_total, amount_due, description, created_at, expires_at, check_at)
                       select $2, $2, 1800, 1800, $3, now(), now() + interval '2h', now() + interval '2h' returning id)
         insert into order_items (id, order_id, position, name, unit_amount, quantity) select $4, id, 0, $3, 1800, 1 from made`,
};
const RECEIPT = {
  name: "floor_receipt",
  text: "insert into notify_receipts (account_id, notice_id, kind, content, received_at) values ($1, $2, 'payment', $3, now()) on conflict do nothing",
};
const LOCK = {
  name: "floor_lock",
  text: "select o.id from orders o where o.id = (select order_id from payment_attempts where number = $1) for update",
};
const BOOK = {
  name: "floor_book",
  text: `with paid as (update payment_attempts set status = 'succeeded', verdict = 'settles', transaction_id = $2, amount_paid = $3,
                              paid_at = $4, ended_at = now(), check_at = null, confirmed_by = 'notice',
                              confirmed_account_id = account_id, confirmed_protocol = protocol where number = $1 returning id, order_id),
              ordered as (update orders set status = 'paid', version = version + 1, paid_at = $4, check_at = null
                           where id = (select order_id from paid) returning id),
              entry as (insert into journal_entries (cause, order_id, created_at) select 'payment:' || paid.id, paid.order_id, now() from paid returning id),
              lines as (insert into journal_lines (entry_id, account, debit, credit)
                        select entry.id, l.account, l.debit, l.credit from entry,
                               (values ('wechat_clearing', $3::bigint, 0::bigint), ('sales', 0::bigint, $3::bigint)) as l (account, debit, credit))
         select id from ordered`,
};

export function startFloor({
  databaseUrl,
  platformPublicKeyPem,
  apiV3Key,
}: FloorOptions): Promise<{ server: Server; port: number }> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const key = createPublicKey(platformPublicKeyPem);
  const aes = Buffer.from(apiV3Key);
  const routes: Record<string, (request: IncomingMessage, body: Buffer) => Promise<[number, unknown]>> = {
    async status(request) {
      const { rows } = await pool.query({ ...STATUS, values: [request.url?.slice("/status/".length)] });
      return [200, rows[0]];
    },
    async create(_request, body) {
      const order = JSON.parse(body.toString());
      const id = randomUUID().slice(0, 28);
      const answer = { id, amountDue: 1800, items: order.items };
      await pool.query({
        ...CREATE,
        values: [ACCOUNT.keyId, id, order.items[0].name, randomUUID(), JSON.stringify(answer)],
      });
      return [201, answer];
    },
    async notify({ headers }, body) {
      const signed = Buffer.concat([
        Buffer.from(`${headers["wechatpay-timestamp"]}\n${headers["wechatpay-nonce"]}\n`),
        body,
        Buffer.from("\n"),
      ]);
      if (!verify("RSA-SHA256", signed, key, Buffer.from(String(headers["wechatpay-signature"]), "base64")))
        return [401, {}];
      const notice = JSON.parse(body.toString());
      const trade = open(aes, notice.resource);
      const client = await pool.connect();
      await client.query("begin");
      await client.query({ ...RECEIPT, values: [ACCOUNT.id, notice.id, JSON.stringify(trade)] });
      await client.query({ ...LOCK, values: [trade.out_trade_no] });
      await client.query({
        ...BOOK,
        values: [trade.out_trade_no, trade.transaction_id, trade.amount.total, trade.success_time],
      });
      await client.query("commit");
      client.release();
      return [200, { code: "SUCCESS", message: "成功" }];
    },
    async constant() {
      return [200, { ok: true }];
    },
  };
  const server = createServer((request, response) => void serve(routes, request, response));
  server.on("close", () => void pool.end());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : 0 });
    });
  });
}

/** The account of the notices that the floor books, and the key its answers are kept under; set once the product's own are known. */
export const ACCOUNT = { id: "", keyId: "" };

interface Sealed {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data: string;
}

function open(key: Buffer, sealed: Sealed) {
  const bytes = Buffer.from(sealed.ciphertext, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(sealed.associated_data)).setAuthTag(bytes.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString());
}

type Routes = Record<string, (request: IncomingMessage, body: Buffer) => Promise<[number, unknown]>>;

async function serve(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const route = routes[request.url?.split("/")[1] ?? ""] ?? routes.constant;
  const [status, content] = (await route?.(request, Buffer.concat(chunks))) ?? [404, {}];
  const text = JSON.stringify(content);
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text);
}
