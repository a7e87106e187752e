// A shop in one file: an order, the pay page, the webhook, a refund, and what a mini program needs of it.
//
//     npm run -s cli -- keys create --name node-shop       (while Lingfu runs: npm start)
//     LINGFU_KEY_ID=… LINGFU_SECRET=… node examples/node-shop.ts
//
// Node 22.18 or newer runs it as it is. In a project of your own the import is "@lingfu/sdk".
import { createServer, type IncomingMessage } from "node:http";
import { createLingfu, LingfuError, verifyWebhook, WebhookVerificationError } from "../lib/sdk/index.ts";

const { LINGFU_URL: baseUrl = "http://localhost:3000", LINGFU_KEY_ID: id = "", LINGFU_SECRET = "" } = process.env;
const { WX_APPID = "", WX_APP_SECRET = "", WX_API = "https://api.weixin.qq.com" } = process.env;
const PORT = Number(process.env.PORT ?? 8080);
const SHOP = `http://localhost:${PORT}`;
const BODY_BYTES_MAX = 1_000_000;

const lingfu = createLingfu({ baseUrl, key: { id, secret: LINGFU_SECRET } });

/** The shop's own books: number → status. Yours are in a database. */
const orders = new Map<string, { id: string; status: string }>();
const seenEvents = new Set<string>();

/** Until you register the endpoint yourself (in the dashboard, say), it is made anew at each start. */
const webhookSecret = process.env.LINGFU_WEBHOOK_SECRET ?? (await registerWebhook());

async function registerWebhook(): Promise<string> {
  const url = `${SHOP}/webhooks`;
  const { data } = await lingfu.webhookEndpoints.list();
  for (const old of data) if (old.url === url) await lingfu.webhookEndpoints.remove(old.id);
  const events = ["order.paid", "order.closed", "refund.succeeded"] as const;
  return (await lingfu.webhookEndpoints.create({ url, events: [...events] })).secret;
}

/** The same number with the same content is the same order, so a shopper who comes back pays once. */
async function placeOrder(number: string, shopperId?: string) {
  const order = await lingfu.orders.create({
    outTradeNo: number,
    items: [{ name: "拿铁", price: "18.00", quantity: 2 }],
    returnUrl: `${SHOP}/orders/${number}`,
    ...(shopperId === undefined ? {} : { shopperId }),
  });
  if (!orders.has(number)) orders.set(number, { id: order.id, status: order.status });
  return order;
}

/** Lingfu repeats a delivery until it is answered 2xx: do the work before, and each event once. */
async function receiveWebhook(request: IncomingMessage): Promise<number> {
  const event = await verifyWebhook({
    payload: await bodyOf(request),
    headers: request.headers,
    secret: webhookSecret,
  });
  if (seenEvents.has(event.id)) return 204;
  if (event.type === "order.paid" || event.type === "order.closed") {
    orders.set(event.data.outTradeNo, { id: event.data.id, status: event.data.status });
  } else if (event.type === "refund.succeeded") {
    const { outTradeNo, status } = await lingfu.orders.get(event.data.orderId);
    orders.set(outTradeNo, { id: event.data.orderId, status });
  }
  seenEvents.add(event.id);
  return 204;
}

/** `wx.login` gives a code; WeChat says to us alone whose it is. */
async function openidOf(code: string): Promise<string> {
  const query = new URLSearchParams({ appid: WX_APPID, secret: WX_APP_SECRET, js_code: code });
  const answer = await fetch(`${WX_API}/sns/jscode2session?${query}&grant_type=authorization_code`);
  const { openid, errmsg } = (await answer.json()) as { openid?: string; errmsg?: string };
  if (openid === undefined) throw new Error(`WeChat did not say who it is: ${errmsg}`);
  return openid;
}

const codeIn = async (request: IncomingMessage) => String(JSON.parse(await bodyOf(request)).code);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the body is too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

interface ShopAnswer {
  readonly status: number;
  readonly location?: string;
  readonly json?: object;
  readonly html?: string;
}

async function answer(request: IncomingMessage): Promise<ShopAnswer> {
  const [path = "/"] = (request.url ?? "/").split("?");
  const [, part, number = "", action] = path.split("/");
  const call = `${request.method} /${part ?? ""}${action === undefined ? "" : `/*/${action}`}`;
  switch (call) {
    case "GET /":
      return { status: 200, html: '<form method="post" action="/buy"><button>拿铁 × 2, ¥36.00</button></form>' };
    case "POST /buy": {
      const order = await placeOrder(`node-${Date.now().toString(36)}`);
      return { status: 303, location: order.payUrl };
    }
    case "GET /orders": {
      const order = orders.get(number);
      return order === undefined ? { status: 404, html: "not found" } : { status: 200, html: order.status };
    }
    case "POST /orders/*/refund": {
      const order = orders.get(number);
      if (order === undefined) return { status: 404, html: "not found" };
      const refund = await lingfu.orders.refund(order.id, { reason: "不想要了" }, { idempotencyKey: `all-${number}` });
      return { status: 202, json: { refund: refund.status } };
    }
    case "POST /webhooks":
      return { status: await receiveWebhook(request) };
    case "POST /openid":
      return { status: 200, json: { openid: await openidOf(await codeIn(request)) } };
    case "POST /miniprogram": {
      const openid = await openidOf(await codeIn(request));
      const order = await placeOrder(`mini-${Date.now().toString(36)}`, openid);
      return { status: 200, json: { orderId: order.id, openid, amountDue: order.amountDue } };
    }
    default:
      return { status: 404, html: "not found" };
  }
}

createServer((request, response) => {
  answer(request)
    .catch((cause: unknown): ShopAnswer => {
      if (cause instanceof WebhookVerificationError) return { status: 400, html: cause.message };
      console.error(cause instanceof LingfuError ? cause.message : cause);
      return { status: 502, html: "please try again" };
    })
    .then(({ status, location, json, html }) => {
      response.writeHead(status, {
        "content-type": json === undefined ? "text/html; charset=utf-8" : "application/json",
        ...(location === undefined ? {} : { location }),
      });
      response.end(json === undefined ? html : JSON.stringify(json));
    });
}).listen(PORT, () => console.log(`the shop is at ${SHOP}`));
