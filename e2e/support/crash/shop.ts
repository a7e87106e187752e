import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProductDoors } from "./product.ts";
import { until } from "./until.ts";

// What a shop, its shoppers and WeChat do, each as stubborn as in life: a call without an answer is repeated.

export interface Made {
  readonly id: string;
  readonly outTradeNo: string;
  readonly amountDue: number;
}

export interface SandboxTrade {
  readonly outTradeNo: string;
  readonly state: string;
  /** The protocol it came by. */
  readonly apiVersion: string;
  readonly total: number;
  readonly transactionId: string | null;
  readonly codeUrls: readonly string[];
  readonly refunds: readonly { outRefundNo: string; amount: number; status: string }[];
  readonly notices: readonly { id: string; state: string; tries: readonly { result: number | string }[] }[];
}

/** WeChat without any mishap. */
export const FAIR = {
  api: { operations: [], delayMs: 0, errorAfterWork: 0, dropConnection: 0, hang: 0, html: 0 },
  notify: { delayMs: 0, drop: 0, lose: 0, duplicate: 0, reorder: 0 },
  codepay: { userPaying: 0, recall: 0 },
};

const CALL_TIMEOUT_MS = 20_000;
/** What a product may answer while parts of it are down. */
const PASSING = new Set([402, 409, 429, 503]);

export class Shop {
  readonly #product: ProductDoors;
  /** Answers that should never occur, whichever process was killed. */
  readonly oddities: string[] = [];

  constructor(product: ProductDoors) {
    this.#product = product;
  }

  async call(
    method: string,
    path: string,
    { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
  ) {
    const answer = await fetch(`${this.#product.url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400 && !PASSING.has(answer.status))
      this.oddities.push(`${method} ${path}: ${answer.status} ${text}`);
    return { status: answer.status, body: JSON.parse(text || "{}") as Record<string, unknown> };
  }

  /** One try of the shop's own server. */
  orderOnce(key: string, fen = 1800) {
    return this.call("POST", "/api/v1/orders", {
      body: { items: [{ name: "拿铁", unitAmount: fen, quantity: 1 }] },
      headers: { authorization: `Bearer ${this.#product.apiKey}`, "idempotency-key": key },
    });
  }

  /** The same request under the same key until it is answered. */
  order(key: string = randomUUID(), fen = 1800): Promise<Made> {
    return until("the order is made", async () => {
      const { status, body } = await this.orderOnce(key, fen);
      return status === 201 && (body as unknown as Made);
    });
  }

  /** One try of the counter. */
  payByCodeOnce({ id }: Made, authCode: string) {
    return this.call("POST", `/api/v1/orders/${id}/pay`, {
      body: { channel: "codepay", authCode },
      headers: { authorization: `Bearer ${this.#product.apiKey}` },
    });
  }

  /** The counter sends the code again until it is decided. */
  payByCode(order: Made, authCode: string): Promise<{ status: number; body: Record<string, unknown> }> {
    return until("the code is decided", async () => {
      const answer = await this.payByCodeOnce(order, authCode);
      return (answer.status === 200 || answer.status === 402) && answer;
    });
  }

  /** What a shopper's phone shows to the counter. */
  async authCode(): Promise<string> {
    return String(((await this.#control("POST", "/control/auth-code", {})).body as { authCode: string }).authCode);
  }

  refundOnce({ id }: Made, key: string, amount: number) {
    return this.call("POST", `/api/v1/orders/${id}/refunds`, {
      body: { amount, reason: "少了一杯" },
      headers: { authorization: `Bearer ${this.#product.apiKey}`, "idempotency-key": key },
    });
  }

  /** One try of the shopper's page. */
  openOnce({ id }: Made) {
    return this.call("POST", `/api/orders/${id}/pay`, { body: { channel: "native" } });
  }

  /** The shopper presses again until there is a code to scan. */
  open(order: Made): Promise<string> {
    return until("there is a code to scan", async () => {
      const { status, body } = await this.openOnce(order);
      return status === 200 && typeof body.codeUrl === "string" && body.codeUrl;
    });
  }

  /** The phone pays, by the code or by the trade's number; a payment that WeChat has taken already is as good. */
  scan(trade: { codeUrl: string } | { outTradeNo: string }): Promise<true> {
    return until("WeChat takes the payment", async () => {
      const answer = await this.#control("POST", "/control/pay", { ...trade, outcome: "success" });
      if (answer.status === 200) return true;
      const { error } = answer.body as { error?: { code: string } };
      return error?.code === "ORDERPAID";
    });
  }

  async faults(change: Record<string, unknown>): Promise<void> {
    await this.#controlOrThrow("/control/faults", change);
  }

  async faultsInForce(): Promise<{ api: { hang: number } }> {
    return (await this.#control("GET", "/control/faults")).body as { api: { hang: number } };
  }

  /** Lets WeChat's own waits pass. */
  async advance(ms: number): Promise<void> {
    await this.#controlOrThrow("/control/clock", { advanceMs: ms });
  }

  /** WeChat sends the trade's notices once more, at once. */
  async notifyAgain(outTradeNo: string): Promise<void> {
    await this.#controlOrThrow("/control/notify", { outTradeNo });
  }

  async trades(): Promise<SandboxTrade[]> {
    const { body } = await this.#control("GET", "/control/trades");
    return (body as { trades: SandboxTrade[] }).trades;
  }

  async trade(outTradeNo: string): Promise<SandboxTrade | undefined> {
    return (await this.trades()).find((trade) => trade.outTradeNo === outTradeNo);
  }

  async #controlOrThrow(path: string, body: unknown): Promise<void> {
    const answer = await this.#control("POST", path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async #control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.#product.sandboxUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }
}

export interface ReceivedWebhooks {
  readonly url: string;
  /** Order id → the ids of the messages about it. */
  readonly orders: Map<string, Set<string>>;
  /** Message ids that got no answer. */
  readonly unanswered: string[];
  close(): void;
}

/** The shop's own server, which hears of paid orders; it never answers the first `deafTo` messages. */
export async function listenForWebhooks({ deafTo = 0 } = {}): Promise<ReceivedWebhooks> {
  const orders = new Map<string, Set<string>>();
  const unanswered: string[] = [];
  const server = createServer(async (request, answer) => {
    const id = String(request.headers["webhook-id"]);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (unanswered.length < deafTo) {
      unanswered.push(id);
      return;
    }
    const { data } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { data: { id: string } };
    orders.set(data.id, (orders.get(data.id) ?? new Set()).add(id));
    answer.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    orders,
    unanswered,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
