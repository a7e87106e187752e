import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AccountCredentials, V2Credentials, V3Credentials } from "#lib/base/account-credentials.ts";
import { GATEWAY_MESSAGE_BYTES_MAX } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { bytesOfMessage, createGateways, prepareMessage, type RawMessage } from "#lib/gateways/index.ts";
import { slidingClock, startSandboxWorld } from "#lib/gateways/testing/sandbox-world.ts";
import { createMessageLog, type MessageLog } from "#lib/ops/message-log.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import {
  type ListedMessage,
  listGatewayMessages,
  readGatewayMessage,
} from "#lib/storage/operations/gateway-messages.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { answerWeb } from "./web-adapter.ts";

// Goal: what is kept of an order's messages is what went over the wire, byte for byte but for what is masked.
// Method: an order is opened, paid, refunded and asked about at the sandbox through a relay that writes down what passes.

interface Passed {
  readonly path: string;
  readonly sent: Buffer;
  readonly received: Buffer;
}

/** Passes requests on to the sandbox, whose signatures cover no host. */
async function startRelay(to: string): Promise<{ origin: string; passed: Passed[]; server: Server }> {
  const passed: Passed[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const sent = Buffer.concat(parts);
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const forwarded = { method: request.method ?? "GET", headers, ...(sent.length === 0 ? {} : { body: sent }) };
    const answer = await fetch(to + request.url, forwarded).catch(() => null);
    if (answer === null) {
      request.socket.destroy();
      return;
    }
    const received = Buffer.from(await answer.arrayBuffer());
    passed.push({ path: request.url ?? "", sent, received });
    const own = new Set(["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"]);
    const passedOn = [...answer.headers].filter(([name]) => !own.has(name));
    response.writeHead(answer.status, Object.fromEntries(passedOn)).end(received);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, passed, server };
}

let edge: EdgeFixture;
let world: Awaited<ReturnType<typeof startSandboxWorld>>;
let relay: Awaited<ReturnType<typeof startRelay>>;
let messages: MessageLog<RawMessage>;
beforeAll(async () => {
  edge = await edgeFixture();
  world = await startSandboxWorld();
  await world.control("keys", { mode: "public_key" });
  relay = await startRelay(world.sandbox.url);
  messages = createMessageLog({
    pool: edge.database.pool,
    log: { warn: (event, fields) => expect.unreachable(`${event} ${JSON.stringify(fields)}`) },
    prepare: prepareMessage,
    bytesOf: bytesOfMessage,
    everyMs: 60_000,
  });
}, 30_000);
afterAll(async () => {
  relay.server.closeAllConnections();
  relay.server.close();
  await world.close();
  await edge.close();
});

const base = (id: string) => ({
  id,
  version: "1",
  appId: world.config.appid,
  merchantNumber: world.config.mch_id,
  notifyUrl: world.config.notify_url,
  apiBase: relay.origin,
});
const v3 = (): V3Credentials => ({
  ...base("acc_v3"),
  protocol: "v3",
  apiV3Key: new Secret(world.config.api_v3_key),
  serialNo: world.config.serial_no,
  privateKeyPem: new Secret(world.config.private_key),
  publicKeyId: world.config.wechatpay_public_key_id,
  publicKeyPem: world.config.wechatpay_public_key,
});
const v2 = (): V2Credentials => ({
  ...base("acc_v2"),
  protocol: "v2",
  v2: { apiKey: new Secret(world.configV2.api_key), signType: "MD5", certificatePem: null, keyPem: null },
});

/** The product's payments against the sandbox. */
async function shopWith(credentials: AccountCredentials) {
  const { database, deps, container } = edge;
  const clock = slidingClock();
  const retired = "retired', now(), now() + interval '1 day";
  await database.pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint, status, retired_at, notices_until)
     values ($1, $2, $3, $4, true, ''::bytea, sha256($1::text::bytea), '${retired}')`,
    [credentials.id, credentials.protocol, credentials.appId, credentials.merchantNumber],
  );
  const all = async () => [credentials];
  const gateways = createGateways({
    accounts: { active: async () => credentials, all, believed: all, byId: async () => credentials },
    keyStore: { load: async () => [], save: async () => undefined },
    ...{ clock, log: deps.log, onMessage: messages.note },
  });
  const payments = new PaymentProcessor({ ...deps, gateways, clock });
  const notified = { ...container, payments, clock, messages };
  return {
    payments,
    async receive() {
      const { headers, body } = await world.inbox.next();
      const request = new Request("http://localhost:3000/payment/notify", {
        method: "POST",
        headers: headers as Record<string, string>,
        body: new Uint8Array(body),
      });
      return { body, status: (await answerWeb(notified, request)).status };
    },
  };
}

const OPENID = "oCANARY_shopper_of_this_test_1";
const CODE_PREFIX = "canary";
const bytesOf = (message: ListedMessage, orderId: string) =>
  readGatewayMessage(edge.database.pool, orderId, message.id).then((found) => {
    if (found === null) throw new Error("the message is not the order's");
    return { request: Buffer.from(found.request.body), answer: Buffer.from(found.answer.body), heads: found };
  });

const MASKED_BYTES_MAX = 90;

/** The same where it is not masked, and as long; no more is masked than an openid, an address and a signature. */
function expectSame(kept: Buffer, passed: Buffer): void {
  expect(kept.filter((byte) => byte === 0x2a).length).toBeLessThan(MASKED_BYTES_MAX);
  const expected = Buffer.from(passed);
  for (let at = 0; at < kept.length; at++) if (kept[at] === 0x2a) expected[at] = 0x2a;
  expect(kept.toString("latin1")).toBe(expected.subarray(0, GATEWAY_MESSAGE_BYTES_MAX).toString("latin1"));
}

test.each([
  ["v3", v3],
  ["v2", v2],
] as const)("%s: every message of an order, as it went over the wire", async (protocol, credentialsOf) => {
  relay.passed.length = 0;
  const { payments, receive } = await shopWith(credentialsOf());
  await world.control("shoppers", { name: CODE_PREFIX, openid: OPENID }).catch(() => undefined);
  const order = await payments.createOrder({ items: [{ name: "拿铁 🍵", price: 18, quantity: 1 }] });
  await payments.startPayment({ orderId: order.id, channel: "jsapi", openid: OPENID, payerIp: null });
  const number = order.outTradeNo;
  await world.control("pay", { outTradeNo: number, openid: OPENID });
  const notice = await receive();
  expect(notice.status).toBe(200);
  await payments.syncOrder(order.id).catch(() => undefined);
  await messages.flush();

  const listed = await listGatewayMessages(edge.database.pool, order.id, 100);
  expect(listed.map(({ operation, direction, status }) => [operation, direction, status]).slice(0, 2)).toEqual([
    ["open_trade", "out", 200],
    ["notice", "in", 200],
  ]);
  expect(listed.every(({ protocol: by, signature }) => by === protocol && signature === "valid")).toBe(true);
  const [opened, told] = listed as [ListedMessage, ListedMessage];
  expect(opened).toMatchObject({ number, result: "answer", about: "trade" });
  expect(told).toMatchObject({ number, result: "settles", target: "/payment/notify" });

  const wire = relay.passed[0] as Passed;
  const open = await bytesOf(opened, order.id);
  expectSame(open.request, wire.sent);
  expect(open.answer).toEqual(wire.received);
  const heard = await bytesOf(told, order.id);
  // WeChat's v3 notification is encrypted: nothing in it has to be masked.
  if (protocol === "v3") expect(heard.request).toEqual(notice.body);
  else expectSame(heard.request, notice.body);
  expect(heard.answer.toString()).toContain("SUCCESS");

  const everything = JSON.stringify([
    await edge.database.pool
      .query(
        "select encode(request_body, 'escape') as a, encode(answer_body, 'escape') as b, request_head, answer_head, target from gateway_messages",
      )
      .then(({ rows }) => rows),
  ]);
  const secrets = [
    OPENID,
    world.config.api_v3_key,
    world.configV2.api_key,
    world.config.private_key.split("\n")[1] ?? "?",
  ];
  for (const secret of secrets) expect(everything).not.toContain(secret);
});

test("a payment code is never kept, and a call without an answer is", async () => {
  const { payments } = await shopWith({ ...v3(), id: "acc_code" });
  const { authCode } = await world.control("auth-code", {});
  const order = await payments.createOrder({ items: [{ name: "茶", price: 3, quantity: 1 }] });
  await payments.payByCode({ orderId: order.id, authCode: String(authCode) });
  await world.control("faults", { api: { dropConnection: true } });
  const lost = await payments.createOrder({ items: [{ name: "茶", price: 3, quantity: 1 }] });
  await payments
    .startPayment({ orderId: lost.id, channel: "native", openid: null, payerIp: null })
    .catch(() => undefined);
  await world.control("faults", { api: { dropConnection: false } });
  await messages.flush();
  const [charged] = await listGatewayMessages(edge.database.pool, order.id, 100);
  expect(charged).toMatchObject({ operation: "charge_code", isMasked: true });
  const { request } = await bytesOf(charged as ListedMessage, order.id);
  expect(request.toString()).toContain('"auth_code":"******************"');
  const [silent] = await listGatewayMessages(edge.database.pool, lost.id, 100);
  expect(silent).toMatchObject({ operation: "open_trade", status: null, signature: null, answerBytes: 0 });
});

test("the bytes of another order's message are not given out", async () => {
  const { rows } = await edge.database.pool.query("select id::text from gateway_messages limit 1");
  const other = await edge.order();
  expect(await readGatewayMessage(edge.database.pool, other.id, rows[0].id)).toBeNull();
});
