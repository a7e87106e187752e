import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// Orders as a shop has them: made, their page looked at, opened at WeChat, asked after, paid at the sandbox's phone, seen to be paid, and some given back.

export interface ShoppingOptions {
  readonly port: number;
  readonly sandboxPort: number;
  readonly apiKey: string;
  /** Called for each answered call, and for `paid on screen`: from the phone's payment to the status that says so. */
  readonly onCall: (kind: string, ms: number) => void;
}

export interface ShoppingLoad {
  /** One order, from its beginning to its end. @throws where something is answered that a shop should not see */
  buy(): Promise<void>;
  close(): void;
}

export const CALLS = ["create", "pay page", "open", "status", "refund", "paid on screen"] as const;
const POLLS_BEFORE = 3;
const POLL_EVERY_MS = 150;
const POLLS_MAX = 200;
/** One order in so many is given back, half of it. */
const REFUND_EVERY = 20;
const BROWSER = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0",
  "accept-encoding": "gzip, deflate, br",
};

interface Request {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function goShopping({ port, sandboxPort, apiKey, onCall }: ShoppingOptions): ShoppingLoad {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const run = Date.now().toString(36);
  let bought = 0;
  async function call(
    kind: string,
    request: Omit<Request, "port">,
    expected: number,
  ): Promise<Record<string, unknown>> {
    const began = performance.now();
    const { status, text } = await send(agent, { port, ...request });
    onCall(kind, performance.now() - began);
    if (status !== expected) throw new Error(`${request.method} ${request.path}: ${status} ${text.slice(0, 300)}`);
    return text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
  }
  const shops = (key: string) => ({ authorization: `Bearer ${apiKey}`, "idempotency-key": key });
  const status = (id: string) => call("status", { method: "GET", path: `/api/orders/${id}/status` }, 200);

  async function pay(outTradeNo: string): Promise<void> {
    const body = { outTradeNo, outcome: "success" };
    const paid = await send(agent, { port: sandboxPort, method: "POST", path: "/control/pay", body });
    if (paid.status !== 200) throw new Error(`the sandbox answered ${paid.status}: ${paid.text.slice(0, 300)}`);
  }
  return {
    async buy() {
      const number = `soak-${run}-${++bought}`;
      const refunded = bought % REFUND_EVERY === 0;
      const body = { outTradeNo: number, items: [{ name: "Latte", unitAmount: 1_800, quantity: 1 }] };
      const order = { method: "POST", path: "/api/v1/orders", headers: shops(number), body };
      const id = String((await call("create", order, 201)).id);
      await call("pay page", { method: "GET", path: `/pay/${id}`, headers: BROWSER }, 200);
      await call("open", { method: "POST", path: `/api/orders/${id}/pay`, body: { channel: "native" } }, 200);
      for (let poll = 0; poll < POLLS_BEFORE; poll++) {
        await status(id);
        await sleep(POLL_EVERY_MS);
      }
      await pay(number);
      const paidAt = performance.now();
      for (let poll = 0; (await status(id)).status !== "paid"; poll++) {
        if (poll === POLLS_MAX) throw new Error(`${id} is not paid`);
        await sleep(POLL_EVERY_MS);
      }
      onCall("paid on screen", performance.now() - paidAt);
      if (!refunded) return;
      const refund = { amount: 900, reason: "returned" };
      const path = `/api/v1/orders/${id}/refunds`;
      await call("refund", { method: "POST", path, headers: shops(`${number}-refund`), body: refund }, 201);
    },
    close: () => agent.destroy(),
  };
}

function send(agent: http.Agent, { port, method, path, headers = {}, body }: Request) {
  const bytes = body === undefined ? "" : JSON.stringify(body);
  const given =
    bytes === "" ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(bytes)) };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = http.request(
      { host: "127.0.0.1", port, method, path, agent, headers: { ...headers, ...given } },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString("utf8") }),
        );
      },
    );
    request.on("error", reject);
    request.end(bytes);
  });
}

/** As many orders as so many shoppers can make, each one after the other. @returns orders per second, without the first third */
export async function measurePeak(
  { buy }: ShoppingLoad,
  { seconds, shoppers }: { seconds: number; shoppers: number },
): Promise<number> {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1_000;
  let counted = 0;
  const shop = async () => {
    while (elapsed() < seconds) {
      await buy();
      if (elapsed() >= seconds / 3 && elapsed() < seconds) counted++;
    }
  };
  await Promise.all(Array.from({ length: shoppers }, shop));
  return counted / ((seconds * 2) / 3);
}

/** So many orders a second, whether or not those before are done. @returns how many were made, and the most at one time */
export async function shopAtRate(
  { buy }: ShoppingLoad,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<{ orders: number; atOnceMax: number }> {
  const began = performance.now();
  const open = new Set<Promise<void>>();
  let failure: unknown;
  let atOnceMax = 0;
  const orders = Math.floor(perSecond * seconds);
  for (let number = 0; number < orders && failure === undefined; number++) {
    const waitMs = (number / perSecond) * 1_000 - (performance.now() - began);
    if (waitMs > 1) await sleep(waitMs);
    if (open.size >= SHOPPERS_MAX) throw new Error(`${open.size} orders are open: it does not keep up with its rate`);
    const order: Promise<void> = buy()
      .catch((cause: unknown) => {
        failure ??= cause;
      })
      .finally(() => open.delete(order));
    open.add(order);
    atOnceMax = Math.max(atOnceMax, open.size);
  }
  await Promise.all(open);
  if (failure !== undefined) throw failure;
  return { orders, atOnceMax };
}
const SHOPPERS_MAX = 2_000;
