import type { Calls } from "./call.ts";
import type { Order, Refund } from "./types.ts";

export interface SandboxSettings {
  readonly baseUrl: string;
  /** Where the sandbox WeChat Pay is; by default the next port of `baseUrl`. */
  readonly sandboxUrl?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
}

export interface SandboxPayment {
  /** `success` by default; after the others the order stays unpaid. */
  readonly outcome?: "success" | "cancel" | "fail";
  readonly openid?: string;
  /** How long to wait until the order is paid; 10 s by default. */
  readonly timeoutMs?: number;
}

const ASK_EVERY_MS = 100;
const TIMEOUT_MS = 10_000;

/** What a shopper and WeChat do, in sandbox mode: the control calls of the sandbox WeChat Pay. */
export const sandboxOf = ({ call }: Calls, settings: SandboxSettings) => ({
  /** Opens the order's QR code and pays it on the sandbox's phone. Answers the order once it is paid. */
  async pay(order: Pick<Order, "id">, { outcome = "success", openid, timeoutMs = TIMEOUT_MS }: SandboxPayment = {}) {
    const post = (url: string, body: object) => postJson(settings.fetch ?? fetch, url, body);
    const base = new URL(settings.baseUrl).origin;
    const { codeUrl } = await post(`${base}/api/orders/${encodeURIComponent(order.id)}/pay`, { channel: "native" });
    const paying = { codeUrl, outcome, ...(openid === undefined ? {} : { openid }) };
    await post(`${new URL(settings.sandboxUrl ?? nextPort(base)).origin}/control/pay`, paying);
    const read = () => call("getOrder", { in: { orderId: order.id } });
    return outcome === "success" ? until(read, ({ status }) => status !== "pending", timeoutMs) : read();
  },
  /** Answers the refund once WeChat has decided it. */
  waitForRefund: (refund: Pick<Refund, "id">, { timeoutMs = TIMEOUT_MS } = {}) =>
    until(
      () => call("getRefund", { in: { refundId: refund.id } }),
      ({ status }) => status !== "pending",
      timeoutMs,
    ),
});

/** `npm start` puts the sandbox there. */
function nextPort(base: string): string {
  const url = new URL(base);
  url.port = String(Number(url.port) + 1);
  if (url.port === "1") throw new TypeError("give sandboxUrl: it is not known where the sandbox is");
  return url.origin;
}

async function postJson(send: typeof fetch, url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await send(url, { method: "POST", headers, body: JSON.stringify(body), signal });
  const text = await response.text();
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

async function until<Thing>(read: () => Promise<Thing>, isDone: (thing: Thing) => boolean, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const thing = await read();
    if (isDone(thing)) return thing;
    if (Date.now() > deadline) throw new Error(`nothing happened within ${timeoutMs} ms; is the worker running?`);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
