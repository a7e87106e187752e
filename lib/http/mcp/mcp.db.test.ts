import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApiKeys } from "#lib/auth/api-keys.ts";
import { mayDo } from "#lib/auth/scopes.ts";
import { MCP_CONFIRMATION_MS } from "#lib/base/limits.ts";
import { poolAddressOf, readEnvironment } from "#lib/config/environment.ts";
import { openSeals } from "#lib/config/master-key.ts";
import { SCOPES, type Scope } from "#lib/contract/scope.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { COMPILED } from "#lib/testing/run-cli.ts";
import { testDatabase } from "#lib/testing/template-database.ts";
import { MCP_TOOLS } from "./server.ts";

// Goal: an agent gets the tools of its key and no others, reads by default, and gives money back only after a person's second look.
// Method: the client of the official SDK, over both transports.

let readOnly: EdgeFixture;
let edge: EdgeFixture;
beforeAll(async () => {
  [readOnly, edge] = await Promise.all([edgeFixture(), edgeFixture({ settings: { mcpWrites: true } })]);
});
afterAll(() => Promise.all([readOnly.close(), edge.close()]));

interface ToolUser {
  readonly client: Client;
  readonly keyId: string;
  call(name: string, input?: Record<string, unknown>): Promise<{ isError: boolean; said: Record<string, unknown> }>;
}

async function agent(at: EdgeFixture, scopes: readonly Scope[] = []): Promise<ToolUser> {
  const { id, secret } = await at.container.keys.create({
    name: "agent",
    requireSigning: false,
    scopes,
    actor: "test",
  });
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${EDGE_ORIGIN}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${secret.reveal()}` } },
    async fetch(url, init) {
      const headers = Object.fromEntries(new Headers(init?.headers));
      const body = init?.body == null ? {} : { body: init.body };
      return at.send(new URL(url).pathname, { method: init?.method ?? "GET", headers, ...body });
    },
  });
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  return { client, keyId: id, call: caller(client) };
}

const caller =
  (client: Client): ToolUser["call"] =>
  async (name, input = {}) => {
    const { isError = false, content } = await client.callTool({ name, arguments: input });
    const [{ text }] = content as [{ text: string }];
    return { isError: isError === true, said: text.startsWith("{") ? JSON.parse(text) : { text } };
  };

async function paidOrder(amount = 1_000): Promise<string> {
  const { id } = await edge.order({ items: [{ name: "茶", unitAmount: amount, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(id));
  return id;
}

const refundsOf = (orderId: string) => edge.rows("select amount from refunds where order_id = $1", [orderId]);

test("there are at least twelve tools, each with a scope, a description and a strict input", () => {
  expect(MCP_TOOLS.length).toBeGreaterThanOrEqual(12);
  expect(new Set(MCP_TOOLS.map(({ name }) => name)).size).toBe(MCP_TOOLS.length);
  for (const { name, description, input } of MCP_TOOLS) {
    expect([name, description.length > 40]).toEqual([name, true]);
    expect(input.safeParse({ unknown: 1 }).success).toBe(false);
  }
});

describe("scope by tool", () => {
  test.each(SCOPES)(
    "a key with %s sees exactly the tools of its scope, and changes nothing by default",
    async (scope) => {
      for (const at of [readOnly, edge]) {
        const { client } = await agent(at, [scope]);
        const { tools } = await client.listTools().catch(() => ({ tools: [] }));
        const mine = MCP_TOOLS.filter((each) => mayDo([scope], each.scope) && (at === edge || each.isWrite !== true));
        expect(tools.map(({ name }) => name).sort()).toEqual(mine.map(({ name }) => name).sort());
      }
    },
  );

  test("a tool that is not shown does not run", async () => {
    const { call } = await agent(readOnly, ["orders:write", "reports:read"]);
    const { isError, said } = await call("create_order", {
      ...{ items: [{ name: "茶", unitAmount: 5, quantity: 1 }], outTradeNo: "hidden-1" },
    });
    expect([isError, said.text]).toEqual([true, expect.stringContaining("create_order")]);
    expect((await call("doctor")).isError).toBe(true);
    expect(await readOnly.rows("select from orders")).toEqual([]);
  });

  test("without a key, with a revoked one, and by a batch nothing is told", async () => {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    const accept = { accept: "application/json, text/event-stream" };
    expect((await edge.send("/mcp", { json: message, headers: accept })).status).toBe(401);
    expect((await edge.asMerchant("/mcp", { json: [message, message], headers: accept })).status).toBe(400);
    expect((await edge.asMerchant("/mcp", { method: "GET", headers: accept })).status).toBe(405);
    const { client, keyId } = await agent(edge);
    await edge.keysElsewhere().revoke(keyId, "test");
    await expect(client.listTools()).rejects.toThrow();
  });
});

describe("tools", () => {
  test("an agent makes an order, finds it, and tells what became of it", async () => {
    const { call } = await agent(edge);
    const items = [{ name: "拿铁", unitAmount: 1_800, quantity: 2 }];
    const made = await call("create_order", { items, outTradeNo: "agent-1" });
    expect(made.said).toMatchObject({ isNew: true, status: "pending", amountDue: 3_600, payUrl: expect.any(String) });
    expect((await call("create_order", { items, outTradeNo: "agent-1" })).said).toMatchObject({ isNew: false });
    const id = made.said.id as string;
    expect((await call("create_order", { items, outTradeNo: "x" })).said).toMatchObject({
      error: "invalid_request",
      errors: [{ path: "outTradeNo" }],
    });
    await edge.payAndNotify(await edge.open(id));
    const found = await call("find_orders", { q: "agent-1" });
    expect(found.said.orders).toMatchObject([{ id, status: "paid", amountPaid: 3_600 }]);
    const story = await call("explain_order", { orderId: id });
    expect(story.said).toMatchObject({ id, attempts: [{ status: "succeeded", verdict: "settles" }], refunds: [] });
    expect((await call("list_events", { orderId: id })).said.events).toMatchObject([
      { type: "order.paid", orderId: id, status: "paid", amount: 3_600 },
    ]);
  });

  test("every reading tool answers, and no answer holds a secret or a shopper", async () => {
    const orderId = (await edge.order({ shopperId: "kim@shop.test", metadata: { phone: "13800138000" } })).id;
    const { call } = await agent(edge);
    const inputs: Record<string, Record<string, unknown>> = {
      ...{ explain_order: { orderId }, why_was_this_offer_given: { orderId }, reconcile_day: { day: "2026-06-30" } },
      quote_cart: { items: [{ name: "茶", unitAmount: 500, quantity: 1 }] },
    };
    const answered: string[] = [];
    for (const { name, isWrite = false } of MCP_TOOLS) {
      if (isWrite || name === "doctor") continue;
      const { isError, said } = await call(name, inputs[name] ?? {});
      expect([name, isError, said]).toEqual([name, false, said]);
      expect(JSON.stringify(said)).not.toMatch(/kim@shop|13800138000|sk_|whsec_/);
      answered.push(name);
    }
    expect(answered.length).toBeGreaterThanOrEqual(11);
  });

  test("what the key may not read is left out of an order's story", async () => {
    const orderId = await paidOrder();
    const { call } = await agent(edge, ["orders:read"]);
    const { said } = await call("explain_order", { orderId });
    expect(said.attempts).toHaveLength(1);
    expect([said.refunds, said.webhooks]).toEqual([undefined, undefined]);
    const { call: reading } = await agent(edge, ["promotions:read"]);
    expect((await reading("why_was_this_offer_given", { orderId })).said).toMatchObject({ error: "forbidden" });
  });

  test("each call is in the audit log: what changes something by itself, reading once a minute with a count", async () => {
    const { call, keyId } = await agent(edge);
    for (const q of ["13800138000", "b", "c"]) await call("find_orders", { q });
    await call("create_order", { items: [{ name: "茶", unitAmount: 1, quantity: 1 }], outTradeNo: "audited-1" });
    const entries = await edge.rows<{ subject: string; detail: object }>(
      "select subject, detail from audit_log where actor = $1 and action = 'mcp.call' order by id",
      [keyId],
    );
    expect(entries).toEqual([
      { subject: "find_orders", detail: { tool: "find_orders" } },
      { subject: "create_order", detail: { tool: "create_order", outTradeNo: "audited-1" } },
    ]);
    const [counted] = await edge.rows("select times from audit_repeats where topic = $1", [`mcp:${keyId}`]);
    expect(counted).toEqual({ times: 3 });
  });
});

describe("a refund takes two calls", () => {
  test("the first only says what would go back; the second does it, once, however often it comes", async () => {
    const orderId = await paidOrder();
    const { call } = await agent(edge);
    const asked = await call("refund_order", { orderId, amount: 300, reason: "少一杯" });
    expect(asked.said).toMatchObject({ isDone: false, amount: 300, confirmation: expect.any(String) });
    expect(asked.said.summary).toContain("300 fen");
    expect(await refundsOf(orderId)).toEqual([]);
    const { confirmation } = asked.said;
    const both = await Promise.all([1, 2].map(() => call("refund_order", { orderId, confirmation })));
    const third = await call("refund_order", { orderId, amount: 300, confirmation });
    expect(await refundsOf(orderId)).toEqual([{ amount: 300 }]);
    const done = [...both, third].filter(({ isError }) => !isError).map(({ said }) => said);
    expect(done.filter(({ wasUsedBefore }) => wasUsedBefore === false)).toHaveLength(1);
    expect(third.said).toMatchObject({ isDone: true, wasUsedBefore: true, refund: { amount: 300, orderId } });
  });

  test("a confirmation is for its key, order and amount, and ends after ten minutes", async () => {
    const [orderId, other] = [await paidOrder(), await paidOrder()];
    const [one, two] = [await agent(edge), await agent(edge)];
    const { confirmation } = (await one.call("refund_order", { orderId, amount: 300 })).said;
    const refused = async (by: ToolUser, input: Record<string, unknown>) =>
      ((await by.call("refund_order", { orderId, confirmation, ...input })).said as { error?: string }).error;
    expect(await refused(two, {})).toBe("invalid_request");
    expect(await refused(one, { amount: 301 })).toBe("conflict");
    expect(await refused(one, { orderId: other })).toBe("conflict");
    expect(await refused(one, { confirmation: `${confirmation}x` })).toBe("invalid_request");
    edge.clock.advance(MCP_CONFIRMATION_MS);
    expect(await refused(one, {})).toBe("invalid_request");
    expect([...(await refundsOf(orderId)), ...(await refundsOf(other))]).toEqual([]);
  });

  test("without the scope there is no such tool", async () => {
    const orderId = await paidOrder();
    const { call } = await agent(edge, ["refunds:read", "orders:write"]);
    expect((await call("refund_order", { orderId })).isError).toBe(true);
  });
});

describe("in the sandbox", () => {
  const opened: { close(): unknown }[] = [];
  afterAll(() => Promise.all(opened.map((each) => each.close())));

  /** Stands in for the sandbox's control call, which the command line uses as well; see lib/bin/cli/events.db.test.ts. */
  async function openSandboxShop() {
    let shop: EdgeFixture | undefined;
    const asked: object[] = [];
    const sandbox = createServer(async (request, response) => {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      asked.push({ url: request.url, ...JSON.parse(body) });
      const [newest] =
        (await shop?.rows<{ number: string }>("select number from payment_attempts order by id desc")) ?? [];
      shop?.wechat.pay(newest?.number ?? "");
      response.end("{}");
    });
    await new Promise<void>((resolve) => sandbox.listen(0, "127.0.0.1", resolve));
    const sandboxOrigin = `http://127.0.0.1:${(sandbox.address() as AddressInfo).port}`;
    shop = await edgeFixture({ settings: { mcpWrites: true, sandboxOrigin } });
    opened.push(sandbox, shop);
    return { shop, asked };
  }

  test("an agent goes from an order to a paid one by its tools alone, once", async () => {
    const { shop, asked } = await openSandboxShop();
    const { call } = await agent(shop, ["orders:write"]);
    const items = [{ name: "tea", unitAmount: 500, quantity: 1 }];
    const { id: orderId } = (await call("create_order", { items, outTradeNo: "sandbox-1" })).said;
    const paid = await call("pay_sandbox_order", { orderId });
    expect(paid).toMatchObject({ isError: false, said: { id: orderId, status: "paid", amountPaid: 500 } });
    expect(asked).toEqual([{ url: "/control/pay", codeUrl: expect.any(String), outcome: "success" }]);
    expect((await call("pay_sandbox_order", { orderId })).said).toMatchObject({ error: "order_not_payable" });
    expect((await call("pay_sandbox_order", { orderId: "ord_none" })).said).toMatchObject({ error: "not_found" });
    expect(asked).toHaveLength(1);
  });

  test("with real credentials there is no such tool, whoever asks", async () => {
    const real = await edgeFixture({ settings: { mcpWrites: true, sandbox: false, sandboxOrigin: null } });
    opened.push(real);
    const { client, call } = await agent(real);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain("pay_sandbox_order");
    const { id } = await real.order();
    expect((await call("pay_sandbox_order", { orderId: id })).isError).toBe(true);
    expect(await real.rows("select from payment_attempts")).toEqual([]);
  });
});

test("over standard input and output: the same tools, and a revoked key ends at the next call", async () => {
  const { url, close } = await testDatabase();
  const env = {
    ...{
      DATABASE_URL: url,
      MASTER_KEY: randomBytes(32).toString("base64"),
      DATA_DIR: "/nonexistent",
      NODE_ENV: "test",
    },
    ...{ PAYMENT_CONFIG: "/nonexistent/payment_config.json", PATH: process.env.PATH ?? "" },
    NODE_COMPILE_CACHE: COMPILED,
  };
  const environment = readEnvironment(env);
  const { pool, close: closePool } = openDatabase(poolAddressOf(environment));
  const { box } = await openSeals(pool, environment);
  const keys = createApiKeys({ pool, box, lookupKey: box.deriveKey("api-key-lookup"), clock: systemClock });
  const scopes = ["orders:read"];
  const { id, secret } = await keys.create({ name: "agent", requireSigning: false, scopes, actor: "test" });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({
      ...{ command: process.execPath, args: ["lib/bin/mcp.ts"], env: { ...env, MCP_KEY: secret.reveal() } },
    }),
  );
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(["explain_order", "find_orders"]);
  const call = caller(client);
  expect((await call("find_orders")).said).toEqual({ orders: [], nextCursor: null });
  await keys.revoke(id, "test");
  expect((await call("find_orders")).said).toMatchObject({ error: "unauthenticated" });
  await client.close();
  await closePool();
  await close();
}, 120_000);
