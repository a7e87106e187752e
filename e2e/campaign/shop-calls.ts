import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProductDoors } from "../support/crash/product.ts";
import { until } from "../support/crash/until.ts";

// What the shop's server, its shoppers' pages and the sandbox's control calls say. A call without an answer is repeated.

const CALL_TIMEOUT_MS = 20_000;
const EVERY_MS = 250;
/** What a product may answer while parts of it are down, WeChat is unclear, or the order has moved on. */
const EXPECTED = new Set([402, 409, 429, 502, 503]);

export interface CampaignAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface PaidBy {
  readonly codeUrl?: string;
  readonly h5Url?: string;
  readonly prepayId?: string;
  readonly outTradeNo?: string;
}

export class Doors {
  readonly #product: ProductDoors;
  /** Answers that should never occur, whatever was killed. */
  readonly oddities: string[] = [];

  readonly #patienceMs: number;

  /** @param patienceMs how long a call is repeated that has no answer, or not the one that is waited for */
  constructor(product: ProductDoors, patienceMs: number) {
    this.#product = product;
    this.#patienceMs = patienceMs;
  }

  async once(
    method: string,
    path: string,
    { body, key }: { body?: unknown; key?: string } = {},
  ): Promise<CampaignAnswer> {
    const isShops = path.startsWith("/api/v1/");
    const answer = await fetch(`${this.#product.url}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(isShops ? { authorization: `Bearer ${this.#product.apiKey}` } : {}),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400 && !EXPECTED.has(answer.status))
      this.oddities.push(`${method} ${path}: ${answer.status} ${text}`);
    return { status: answer.status, body: JSON.parse(text || "{}") as Record<string, unknown> };
  }

  /** Again and again, until one of these statuses comes. */
  until(call: () => Promise<CampaignAnswer>, statuses: readonly number[], what: string): Promise<CampaignAnswer> {
    return until(
      what,
      async () => {
        const answer = await call();
        return statuses.includes(answer.status) && answer;
      },
      { timeoutMs: this.#patienceMs, everyMs: EVERY_MS },
    );
  }

  async control(method: "GET" | "POST", path: string, body?: unknown): Promise<CampaignAnswer> {
    const answer = await fetch(`${this.#product.sandboxUrl}/control/${path}`, {
      method,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** The sandbox may be dead just then. */
  tell(path: string, body: unknown): Promise<CampaignAnswer> {
    return this.until(() => this.control("POST", path, body), [200], `the sandbox takes ${path}`);
  }

  /** The phone pays; what WeChat has taken before is as good. @returns whether it is paid; false: the trade has ended */
  async scan(by: PaidBy, { force = false } = {}): Promise<boolean> {
    const request = { ...by, outcome: "success", ...(force ? { force } : {}) };
    const answer = await this.until(() => this.control("POST", "pay", request), [200, 400], "WeChat answers the phone");
    if (answer.status === 200) return true;
    return (answer.body.error as { code: string } | undefined)?.code === "ORDERPAID";
  }
}

interface HeardWebhook {
  /** The message's id: the same for each try. */
  readonly id: string;
  readonly type: string;
  readonly orderId: string;
  readonly data: Record<string, unknown>;
}

export interface WebhookEar {
  readonly url: string;
  /** In the order in which they came; repeats as well. */
  readonly heard: HeardWebhook[];
  /** Ids of what a push told of; one message may tell of many. */
  readonly pushed: Set<string>;
  readonly refused: { count: number };
  close(): void;
}

/** The shop's own server. It refuses each `refuseEvery`th message, which has to come again. */
export async function openWebhookEar(refuseEvery: number): Promise<WebhookEar> {
  const heard: HeardWebhook[] = [];
  const pushed = new Set<string>();
  const refused = { count: 0 };
  let calls = 0;
  const listen = async (request: IncomingMessage, answer: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls += 1;
    if (calls % refuseEvery === 0) {
      refused.count += 1;
      answer.writeHead(500).end();
      return;
    }
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      type: string;
      data: Record<string, unknown>;
    };
    if (type === "notification") {
      for (const { id } of data.notifications as { id: string }[]) pushed.add(id);
      answer.writeHead(204).end();
      return;
    }
    const orderId = String(type.startsWith("refund.") ? data.orderId : data.id);
    heard.push({ id: String(request.headers["webhook-id"]), type, orderId, data });
    answer.writeHead(204).end();
  };
  const server = createServer((request, answer) => {
    listen(request, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    heard,
    pushed,
    refused,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
