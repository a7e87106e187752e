import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FRESH } from "#components/admin/action-state.ts";
import type { Role } from "#lib/auth/admin-roles.ts";
import { ROLES } from "#lib/auth/admin-roles.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { insertGatewayMessages } from "#lib/storage/operations/gateway-messages.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: what can be done from an order's story is done for the roles that may, for no other, leaves an entry in the audit log,
// and touches deliveries of that order alone; the bytes of messages are read by owner and finance alone.
// Only Next's own edges are stood in for: headers, cookies, and the refresh after an action.

const visit = vi.hoisted(() => ({ cookie: "" }));
vi.mock("server-only", () => ({}));
vi.mock("next/cache", () => ({ refresh: () => undefined }));
vi.mock("next/headers", () => ({
  headers: async () =>
    new Headers({ origin: "http://localhost:3000", host: "localhost:3000", "accept-language": "en" }),
  cookies: async () => ({
    get: (name: string) => (name === "lingfu_admin" ? { name, value: visit.cookie } : undefined),
  }),
}));

let edge: EdgeFixture;
let sandbox: Server;
let order: OrderView;
let other: OrderView;
let tradeNumber: string;
const replayed: unknown[] = [];
const cookies = {} as Record<Role, string>;
let actions: typeof import("./delivery-actions.ts");
let messages: typeof import("./messages/[messageId]/route.ts");

beforeAll(async () => {
  sandbox = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    replayed.push([request.url, JSON.parse(Buffer.concat(parts).toString())]);
    response.end(JSON.stringify({ notices: [{}, {}] }));
  });
  await new Promise<void>((resolve) => sandbox.listen(0, "127.0.0.1", resolve));
  const { port } = sandbox.address() as AddressInfo;
  edge = await edgeFixture({ settings: { sandboxOrigin: `http://127.0.0.1:${port}` } });
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(edge.container) });
  const { database, clock, container } = edge;
  const { adminPasswords } = await import("../../../admin-request.ts");
  const admins = createAdmins({
    ...{ pool: database.pool, clock, box: container.box, passwords: adminPasswords, deviceKey: container.deviceKey },
    publicUrl: container.settings.publicUrl,
  });
  for (const role of ROLES) {
    const email = `${role}@shop.test`;
    const { password } = await admins.users.create({ email, role, actor: "test" });
    const opened = await admins.signIn({ email, password: password.reveal() }, { address: "10.0.0.1", agent: "test" });
    cookies[role] = opened?.token.reveal() ?? "";
  }
  await edge.rows("update admin_users set must_change_password = false");
  await edge.asMerchant("/api/v1/webhook-endpoints", {
    json: { url: "http://127.0.0.1:9/hook", events: ["order.paid"] },
  });
  await edge.rows(
    `insert into notification_channels (id, kind, name, settings_sealed, target, events, created_at, created_by)
     values ('nch_1', 'wecom', 'a', '\\x00', 't', '{payment_received}', now(), 'test')`,
  );
  [order, other] = [await edge.order(), await edge.order()];
  tradeNumber = await edge.open(order.id);
  await edge.payAndNotify(tradeNumber);
  await edge.rows("update webhook_deliveries set status = 'delivered', check_at = null, ended_at = now(), tries = 1");
  await edge.rows("update notification_deliveries set status = 'sent', check_at = null, ended_at = now(), tries = 1");
  actions = await import("./delivery-actions.ts");
  messages = await import("./messages/[messageId]/route.ts");
}, 60_000);
afterAll(async () => {
  sandbox.close();
  await edge.close();
});

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
const audited = async (action: string) =>
  (
    await edge.rows<{ actor: string; subject: string }>(
      "select actor, subject from audit_log where action = $1 order by id",
      [action],
    )
  ).map(({ actor, subject }) => [actor, subject]);
const MAY: Record<Role, boolean> = { owner: true, finance: true, clerk: true, viewer: false };
const DONE = { owner: "done", finance: "done", clerk: "done", viewer: "failed" } as const;

async function webhookOf(id: string) {
  const [row] = await edge.rows<{ eventId: string; endpointId: string; status: string }>(
    `select event_id as "eventId", endpoint_id as "endpointId", d.status
       from webhook_deliveries d join webhook_events e on e.id = d.event_id where e.order_id = $1`,
    [id],
  );
  if (row === undefined) throw new Error("the order has no webhook");
  return row;
}

test.each(ROLES)("%s: a webhook is sent again", async (role) => {
  visit.cookie = cookies[role];
  await edge.rows("update webhook_deliveries set status = 'delivered', check_at = null, ended_at = now()");
  const { eventId, endpointId } = await webhookOf(order.id);
  const state = await actions.resendWebhook(FRESH, formOf({ orderId: order.id, eventId, endpointId }));
  expect(state.kind).toBe(DONE[role]);
  expect((await webhookOf(order.id)).status).toBe(MAY[role] ? "pending" : "delivered");
  const mine = (await audited("webhook.resend")).filter(([actor]) => actor === `${role}@shop.test`);
  expect(mine).toEqual(MAY[role] ? [[`${role}@shop.test`, order.id]] : []);
});

test.each(ROLES)("%s: a message to people is sent again", async (role) => {
  visit.cookie = cookies[role];
  await edge.rows("update notification_deliveries set status = 'sent', check_at = null, ended_at = now()");
  const [{ id }] = (await edge.rows<{ id: string }>("select id::text from notifications where order_id = $1", [
    order.id,
  ])) as [{ id: string }];
  const fields = { orderId: order.id, notificationId: id, channelId: "nch_1" };
  expect((await actions.resendNotification(FRESH, formOf(fields))).kind).toBe(DONE[role]);
  const [{ status }] = (await edge.rows<{ status: string }>("select status from notification_deliveries")) as [
    { status: string },
  ];
  expect(status).toBe(MAY[role] ? "pending" : "sent");
});

test("a message goes to no channel that is paused, and to none for another order", async () => {
  visit.cookie = cookies.owner;
  await edge.rows("update notification_deliveries set status = 'sent', check_at = null, ended_at = now()");
  const [{ id }] = (await edge.rows<{ id: string }>("select id::text from notifications")) as [{ id: string }];
  const wrong = formOf({ orderId: other.id, notificationId: id, channelId: "nch_1" });
  expect((await actions.resendNotification(FRESH, wrong)).kind).toBe("failed");
  await edge.rows("update notification_channels set paused_at = now()");
  const paused = formOf({ orderId: order.id, notificationId: id, channelId: "nch_1" });
  expect((await actions.resendNotification(FRESH, paused)).message).toContain("paused");
  expect(await edge.rows("select from notification_deliveries where status <> 'sent'")).toEqual([]);
});

test("a webhook of another order is not sent under this one's name", async () => {
  visit.cookie = cookies.owner;
  await edge.rows("update webhook_deliveries set status = 'delivered', check_at = null, ended_at = now()");
  const { eventId, endpointId } = await webhookOf(order.id);
  const state = await actions.resendWebhook(FRESH, formOf({ orderId: other.id, eventId, endpointId }));
  expect(state.kind).toBe("failed");
  expect((await webhookOf(order.id)).status).toBe("delivered");
});

test.each(ROLES)("%s: the sandbox sends its notifications again", async (role) => {
  visit.cookie = cookies[role];
  replayed.length = 0;
  const state = await actions.replayNotices(FRESH, formOf({ orderId: order.id }));
  expect(state.kind).toBe(DONE[role]);
  expect(replayed).toEqual(MAY[role] ? [["/control/notify", { outTradeNo: tradeNumber }]] : []);
});

test("with real credentials there is nothing to send again", async () => {
  visit.cookie = cookies.owner;
  replayed.length = 0;
  const { settings } = edge.container;
  Object.assign(globalThis, {
    [CONTAINER_SYMBOL]: Promise.resolve({ ...edge.container, settings: { ...settings, sandboxOrigin: null } }),
  });
  expect((await actions.replayNotices(FRESH, formOf({ orderId: order.id }))).kind).toBe("failed");
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(edge.container) });
  expect(replayed).toEqual([]);
});

test.each([
  ["owner", 200],
  ["finance", 200],
  ["clerk", 403],
  ["viewer", 403],
] as const)("%s: the bytes of a message: %i", async (role, status) => {
  visit.cookie = cookies[role];
  const body = Buffer.from('{"payer":{"openid":"********cdef"},"name":"拿铁"}');
  await insertGatewayMessages(edge.database.pool, [
    {
      ...{
        about: "trade",
        number: tradeNumber,
        direction: "out",
        operation: "find_trade",
        accountId: "acc",
        protocol: "v3",
      },
      ...{ method: "GET", target: "https://x", at: new Date(), durationMs: 3, status: 200, result: "answer" },
      ...{ signature: "valid", requestId: "R", isMasked: true },
      request: { head: "", body: new Uint8Array(0), bytes: 0 },
      answer: { head: "request-id: R", body, bytes: body.length },
    },
  ]);
  const [{ id }] = (await edge.rows<{ id: string }>("select max(id)::text as id from gateway_messages")) as [
    { id: string },
  ];
  const read = (orderId: string, query = "") =>
    messages.GET(new Request(`${EDGE_ORIGIN}/admin${query}`), { params: Promise.resolve({ orderId, messageId: id }) });
  const answer = await read(order.id);
  expect(answer.status).toBe(status);
  if (status !== 200) return;
  expect((await answer.json()).answer).toEqual({
    ...{ head: "request-id: R", text: body.toString(), bytes: body.length, keptBytes: body.length },
  });
  expect(Buffer.from(await (await read(order.id, "?as=text")).arrayBuffer()).includes(body)).toBe(true);
  expect((await read(other.id)).status).toBe(404);
});

test("nobody who is not signed in reads or does anything", async () => {
  visit.cookie = "";
  const answer = await messages.GET(new Request(`${EDGE_ORIGIN}/admin`), {
    params: Promise.resolve({ orderId: order.id, messageId: "1" }),
  });
  expect(answer.status).toBe(401);
  expect((await actions.replayNotices(FRESH, formOf({ orderId: order.id }))).kind).toBe("failed");
});
