import { createHmac, randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { SECOND_MS } from "#lib/base/time.ts";
import { SCOPES, type Scope } from "#lib/contract/scope.ts";
import type { Answer, Arrival } from "#lib/http/call.ts";
import { matchRoute } from "#lib/http/routes.ts";
import { serve } from "#lib/http/serve.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import type { SeenAnswer } from "./answer-check.ts";
import type { DescribedOperation, FuzzCaller, FuzzRequest, WishedBody, WishedId } from "./requests.ts";

/** A request as it was sent, with the answer and the tables that the call wrote to. */
export interface SentCall {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Values of the path's parameters. */
  readonly ids: readonly string[];
  readonly answer: SeenAnswer;
  readonly written: readonly string[];
}

interface ShopKey {
  readonly id: string;
  readonly secret: string;
}

/** So many of a kind are kept to be asked for. */
const THINGS_MAX = 24;
const LONG = 1_100_000;

/** A shop with something of everything in it, whose every text says which order it belongs to. */
export class FuzzedShop {
  readonly edge: EdgeFixture;
  readonly #things = new Map<string, string[]>();
  readonly #keys = new Map<string, ShopKey>();
  /** Which order an id belongs to, by the number that its texts carry. */
  readonly numbers = new Map<string, number>();
  readonly #receiver: http.Server;

  private constructor(edge: EdgeFixture, receiver: http.Server) {
    this.edge = edge;
    this.#receiver = receiver;
  }

  static async open(): Promise<FuzzedShop> {
    const receiver = http.createServer((request, response) =>
      request.resume().on("end", () => response.writeHead(204).end()),
    );
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const shop = new FuzzedShop(await edgeFixture(), receiver);
    for (const scope of SCOPES) shop.#keys.set(scope, await shop.#makeKey(scope));
    await shop.#fill();
    await noteWrites(shop.edge);
    return shop;
  }

  async close(): Promise<void> {
    this.#receiver.closeAllConnections();
    this.#receiver.close();
    await this.edge.close();
  }

  /** Sends one call, past the socket: the same code answers. */
  async send({ method, path, auth }: DescribedOperation, request: FuzzRequest): Promise<SentCall> {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => kindOf(path, name));
    const ids = names.map((name, at) => this.#idOf(name, request.ids[at] ?? { kind: "own", at: 0 }));
    let next = 0;
    const query = request.rawQuery ?? queryOf(request.query);
    const target = path.replaceAll(/\{\w+\}/g, () => ids[next++] ?? "") + (query === "" ? "" : `?${query}`);
    const body = bytesOf(request.body);
    const signable = { method, target, body: body ?? new Uint8Array(0) };
    const authorization = this.#authorizationOf(request.caller, auth?.scope ?? null, signable);
    const headers = { ...request.headers, ...(authorization === null ? {} : { authorization }) };
    const given = new Map(Object.entries(headers));
    const arrival: Arrival = {
      ...{ method, target, headers: { get: (name: string) => given.get(name.toLowerCase()) ?? null } },
      client: { address: `10.${request.from >> 8}.${request.from & 255}.7` },
      readBytes: async (bytesMax) => ((body?.length ?? 0) > bytesMax ? null : (body ?? new Uint8Array(0))),
    };
    const answer = await seen(await serve(this.edge.container, arrival, matchRoute(target.split("?", 1)[0] ?? "")));
    const written = await this.#writtenTables();
    this.#keep(path, { method, ids }, answer);
    return { target, headers, body, ids, answer, written };
  }

  #idOf(kind: string, wish: WishedId): string {
    if (wish.kind === "text") return wish.text;
    const all = wish.kind === "own" ? (this.#things.get(kind) ?? []) : [...this.#things.values()].flat();
    return all[wish.at % all.length] ?? "none";
  }

  #keep(path: string, { method, ids }: { method: string; ids: readonly string[] }, { status, text }: SeenAnswer): void {
    const kind = method === "POST" && status === 201 ? MADE_BY[path] : undefined;
    if (kind === undefined) return;
    const { id } = JSON.parse(text);
    const number = this.numbers.get(ids[0] ?? "");
    // A refund belongs to its order, and an order that is made again has the texts of the first.
    if (number === undefined) this.#add(kind, id);
    else this.#addOf(number, kind, id);
  }

  #add(kind: string, ...ids: readonly string[]): void {
    this.#things.set(kind, [...(this.#things.get(kind) ?? []), ...ids].slice(-THINGS_MAX));
  }

  #addOf(number: number, kind: string, id: string): void {
    this.numbers.set(id, number);
    this.#add(kind, id);
  }

  #authorizationOf(
    caller: FuzzCaller,
    scope: string | null,
    signable: { method: string; target: string; body: Uint8Array },
  ): string | null {
    const { edge } = this;
    const key = scope === null ? edge.key : this.#keyOf(scope);
    switch (caller) {
      case "owner":
        return `Bearer ${edge.key.secret}`;
      case "scoped":
        return `Bearer ${key.secret}`;
      case "other":
        return `Bearer ${this.#keyOf(otherScope(scope)).secret}`;
      case "unknown":
        return `Bearer sk_${"x".repeat(43)}`;
      case "malformed":
        return "Bearer  \u00e9 x";
      case "signed":
        return signedBy(edge.key, this.#nowS(), signable);
      case "forged":
        return signedBy({ ...edge.key, secret: "sk_not_it" }, this.#nowS(), signable);
      case "none":
        return null;
    }
  }

  #nowS(): number {
    return Math.floor(this.edge.clock.now().getTime() / SECOND_MS);
  }

  #keyOf(scope: string): ShopKey {
    const key = this.#keys.get(scope);
    if (key === undefined) throw new Error(`no key has the scope ${scope}`);
    return key;
  }

  async #makeKey(scope: Scope): Promise<ShopKey> {
    const made = await this.edge.container.keys.create({
      ...{ name: `only ${scope}`, requireSigning: false, scopes: [scope], actor: "test" },
    });
    return { id: made.id, secret: made.secret.reveal() };
  }

  async #writtenTables(): Promise<string[]> {
    const { rows } = await this.edge.database.pool.query<{ name: string }>({
      name: "fuzz_written",
      text: "with gone as (delete from fuzz_writes returning name) select distinct name from gone",
    });
    return rows.map(({ name }) => name);
  }

  async #fill(): Promise<void> {
    await this.#fillOrders();
    this.#add("logo", "none.png");
    this.#add("language", "en", "zh-CN");
    this.#add("slug", "quick-start", "quick-start.md");
    for (const kind of Object.keys(this.#fresh)) await this.#fresh[kind]?.();
  }

  /** Things that the call may use up are there anew. */
  async prepare({ path }: DescribedOperation): Promise<void> {
    for (const [, name = ""] of path.matchAll(/\{(\w+)\}/g)) await this.#fresh[kindOf(path, name)]?.();
    await this.#writtenTables();
  }

  readonly #fresh: Readonly<Record<string, () => Promise<void>>> = {
    promotion: async () => {
      // So many may be in use at a time.
      const { promotions: all } = this.edge.payments;
      const used = await this.edge.rows<{ id: string }>("select id from promotions where archived_at is null");
      for (const { id } of used) await all.archive(id, { by: "test" });
      const terms = { name: "coded", type: "amount_off", phase: "order", off: 1, needsCode: true };
      const promotions = [await this.#make("/api/v1/promotions", terms), await this.#make("/api/v1/promotions", terms)];
      this.#things.set("promotion", promotions);
      const coded = `/api/v1/promotions/${promotions[0]}/codes`;
      await this.edge.asMerchant(coded, { json: { count: 5 } });
      const codes = await (await this.edge.asMerchant(coded)).json();
      this.#things.set("promotionCode", idsOf(codes));
    },
    collectionCode: async () => {
      const made = [undefined, 500].map((amount) => this.#make("/api/v1/collection-codes", { label: "till", amount }));
      this.#things.set("collectionCode", await Promise.all(made));
    },
    endpoint: async () => {
      await this.edge.rows("delete from webhook_endpoints");
      const { port } = this.#receiver.address() as AddressInfo;
      const body = (hook: string) => ({ url: `http://127.0.0.1:${port}/${hook}`, events: ["order.closed"] });
      const made = ["a", "b"].map((hook) => this.#make("/api/v1/webhook-endpoints", body(hook)));
      this.#things.set("endpoint", await Promise.all(made));
      const { id } = await this.edge.order({ items: [{ name: "late", unitAmount: 5, quantity: 1 }] });
      await this.edge.payments.closeOrder(id);
      this.#things.set("event", idsOf(await (await this.edge.asMerchant("/api/v1/events?limit=1")).json()));
    },
    order: async () => {
      const items = [{ name: "tea", unitAmount: 100_000, quantity: 1 }];
      const [open, paid, closed] = [
        await this.edge.order({ items }),
        await this.edge.order({ items }),
        await this.edge.order({ items }),
      ];
      await this.edge.payAndNotify(await this.edge.open(paid.id));
      await this.edge.payments.closeOrder(closed.id);
      this.#add("order", open.id, paid.id, closed.id);
    },
  };

  async #fillOrders(): Promise<void> {
    const { edge } = this;
    for (let n = 0; n < 16; n++) {
      const { id } = await edge.order({
        items: [{ name: `tea`, unitAmount: 100_000, quantity: 2 }],
        ...{ description: `canary${n}d`, metadata: { note: `canary${n}m` }, shopperId: `canary${n}s` },
        ...{ outTradeNo: `canary${n}n` },
      });
      this.#addOf(n, "order", id);
      this.#addOf(n, "shopper", `canary${n}s`);
      if (n % 4 === 1) {
        await edge.payAndNotify(await edge.open(id));
        const refunded = await edge.payments.refundOrder({ orderId: id, amount: 100, asker: ASKER });
        if (refunded.kind === "replayed") throw new Error("a refund without a key cannot be a repeat");
        this.#addOf(n, "refund", refunded.refund.id);
      }
      if (n % 4 === 2) await edge.payments.closeOrder(id);
    }
  }

  async #make(path: string, json: object): Promise<string> {
    const answer = await this.edge.asMerchant(path, { json });
    const made = await answer.json();
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(made)}`);
    return made.id;
  }
}

const idsOf = ({ data }: { data: readonly { id: string }[] }): string[] => data.map(({ id }) => id);

const ASKER = { kind: "person", actor: "test", userId: null } as const;

/** What the answers of these calls make. */
const MADE_BY: Readonly<Record<string, string>> = {
  "/api/v1/orders": "order",
  "/api/v1/orders/{orderId}/recover": "order",
  "/api/v1/orders/{orderId}/refunds": "refund",
  "/api/v1/promotions": "promotion",
  "/api/v1/collection-codes": "collectionCode",
};

const kindOf = (path: string, name: string): string =>
  name === "codeId" && path.includes("/promotions/")
    ? "promotionCode"
    : name === "codeId"
      ? "collectionCode"
      : name === "name"
        ? "logo"
        : name.replace(/Id$/, "");

/** A key with it may not call what needs the first. */
const otherScope = (scope: string | null): Scope => (scope?.startsWith("shoppers") ? "reports:read" : "shoppers:read");

const queryOf = (pairs: FuzzRequest["query"]): string =>
  pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

function bytesOf(body: WishedBody): Uint8Array | null {
  switch (body.kind) {
    case "none":
      return null;
    case "json":
      return Buffer.from(JSON.stringify(body.value) ?? "");
    case "text":
      return Buffer.from(body.text);
    case "bytes":
      return Uint8Array.from(body.bytes);
    case "long":
      return Buffer.alloc(LONG, 0x20);
  }
}

function signedBy(
  { id, secret }: ShopKey,
  timestamp: number,
  { method, target, body }: { method: string; target: string; body: Uint8Array },
): string {
  const nonce = randomBytes(12).toString("hex");
  const signature = createHmac("sha256", secret)
    .update(`${method}\n${target}\n${timestamp}\n${nonce}\n`)
    .update(body)
    .update("\n")
    .digest("base64");
  return `PAY-HMAC-SHA256 key_id="${id}",nonce="${nonce}",timestamp="${timestamp}",signature="${signature}"`;
}

async function seen({ status, headers, body }: Answer): Promise<SeenAnswer> {
  const flat = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : value.join(", ")]),
  );
  return { status, headers: flat, text: textOf(body) };
}

function textOf(body: Answer["body"]): string {
  if (body === null || typeof body === "string") return body ?? "";
  if (body instanceof Uint8Array) return Buffer.from(body).toString("latin1");
  let text = "";
  body.open({
    write: (more) => {
      text += more;
    },
    close() {},
    waiting: () => 0,
  })();
  return text;
}

/** Written some time after the answer, and only about when somebody was here. */
const NOTED_LATER = ["orders.seen_at", "payment_attempts.check_at", "api_keys.last_used_at", "api_keys.last_used_from"];

/** From here on every row that is written says in which table. */
async function noteWrites({ rows }: EdgeFixture): Promise<void> {
  await rows("create unlogged table fuzz_writes (name text not null)");
  await rows(`create function fuzz_note_write() returns trigger language plpgsql as $$
    begin insert into fuzz_writes values (tg_table_name); return null; end $$`);
  const tables = await rows<{ name: string; columns: string }>(
    `select relname as name, string_agg(quote_ident(attname), ', ') as columns
       from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname <> 'fuzz_writes' and relname || '.' || attname <> all ($1)
      group by relname`,
    [NOTED_LATER],
  );
  for (const { name, columns } of tables) {
    await rows(`create trigger fuzz_note_write after insert or update of ${columns} or delete on "${name}"
      for each row execute function fuzz_note_write()`);
  }
}
