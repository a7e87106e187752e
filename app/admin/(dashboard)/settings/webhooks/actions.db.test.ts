import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type ActionState, FRESH } from "#components/admin/action-state.ts";
import { ROLES, type Role } from "#lib/auth/admin-roles.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: webhooks and keys are changed by owners alone, whatever is called directly; what gives out a secret or moves an address
// asks for the second factor again; each action does what its words say and stands in the audit log.
// Only Next's own edges are stood in for: headers, cookies, redirects, and the refresh after an action.

const visit = vi.hoisted(() => ({ cookie: "" }));
vi.mock("server-only", () => ({}));
vi.mock("next/cache", () => ({ refresh: () => undefined }));
vi.mock("next/navigation", () => ({
  redirect: (to: string) => {
    throw Object.assign(new Error(`redirect ${to}`), { to });
  },
}));
vi.mock("next/headers", () => ({
  headers: async () =>
    new Headers({
      ...{ origin: "http://localhost:3000", host: "localhost:3000", "accept-language": "en", "next-action": "1" },
    }),
  cookies: async () => ({
    get: (name: string) => (name === "lingfu_admin" ? { name, value: visit.cookie } : undefined),
  }),
}));

let edge: EdgeFixture;
let server: Server;
let url: string;
let status = 200;
let received = 0;
const cookies = {} as Record<Role, string>;
let hooks: typeof import("./actions.ts");
let keys: typeof import("../keys/actions.ts");
let endpointId: string;
let keyId: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      received++;
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  edge = await edgeFixture();
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(edge.container) });
  const { database, clock, container } = edge;
  const { adminPasswords } = await import("../../../admin-request.ts");
  const admins = createAdmins({
    ...{ pool: database.pool, clock, box: container.box, passwords: adminPasswords, deviceKey: container.deviceKey },
    publicUrl: EDGE_ORIGIN,
  });
  for (const role of ROLES) {
    const email = `${role}@shop.test`;
    const { password } = await admins.users.create({ email, role, actor: "test" });
    const opened = await admins.signIn({ email, password: password.reveal() }, { address: "10.0.0.1", agent: "test" });
    cookies[role] = opened?.token.reveal() ?? "";
  }
  await edge.rows("update admin_users set must_change_password = false");
  hooks = await import("./actions.ts");
  keys = await import("../keys/actions.ts");
}, 60_000);
beforeEach(async () => {
  status = 200;
  received = 0;
  visit.cookie = cookies.owner;
  await edge.rows("delete from webhook_endpoints");
  await edge.rows("delete from webhook_events");
  endpointId = (await edge.container.webhookEndpoints.create({ url, events: ["order.paid"] }, { actor: "test" })).id;
  keyId = (await edge.container.keys.create({ name: "k", requireSigning: false, scopes: [], actor: "test" })).id;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await edge.close();
});

type WebhookAction = (before: ActionState, form: FormData) => Promise<ActionState>;
type Fields = Readonly<Record<string, string | readonly string[]>>;

function run(action: WebhookAction, fields: Fields): Promise<ActionState> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const each of [value].flat()) form.append(name, each);
  return action(FRESH, form);
}
const endpoint = () => edge.container.webhookEndpoints.get(endpointId);
const key = async () => (await edge.container.keys.list()).find(({ id }) => id === keyId);
const stale = () => edge.rows("update admin_sessions set confirmed_at = null");
const fresh = () => edge.rows("update admin_sessions set confirmed_at = $1", [edge.clock.now()]);

async function paid(): Promise<string> {
  const { id } = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(id));
  const [delivery] = (await edge.container.webhookLog.list({ orderId: id, limit: 1 })).data;
  return delivery?.eventId ?? "";
}
async function work() {
  while ((await edge.container.deliverer.turn(endpointId)) === "again");
}

/** Every action with a form that is right. */
const ACTIONS: Readonly<Record<string, () => [WebhookAction, Fields]>> = {
  "add an endpoint": () => [hooks.addEndpoint, { url, "events[]": ["order.paid"] }],
  "change an endpoint": () => [hooks.changeEndpoint, { endpointId, url, "events[]": ["order.closed"] }],
  "replace its secret": () => [hooks.rotateEndpoint, { endpointId, overlap: "day" }],
  "pause it": () => [hooks.pauseEndpoint, { endpointId, paused: "yes" }],
  "keep it": () => [hooks.keepEndpoint, { endpointId }],
  "test it": () => [hooks.testEndpoint, { endpointId }],
  "resend a range": () => [hooks.resendRange, { endpointId, from: "2020-01-01T00:00", to: "", which: "all" }],
  "resend one": () => [hooks.resendEvent, { endpointId, eventId: `evt_${"0".repeat(26)}` }],
  "remove it": () => [hooks.removeEndpoint, { endpointId }],
  "make a key": () => [keys.createKey, { name: "shop", access: "some", "scopes[]": ["orders:read"] }],
  "replace a key's secret": () => [keys.rotateKey, { keyId, overlap: "day" }],
  "limit a key": () => [keys.limitKey, { keyId, expires: "30", networks: "10.0.0.0/8" }],
  "change a key's rights": () => [keys.rescopeKey, { keyId, access: "some", "scopes[]": ["orders:read"] }],
  "revoke a key": () => [keys.revokeKey, { keyId }],
};
const CONFIRMED = [
  ...["add an endpoint", "change an endpoint", "replace its secret"],
  ...["make a key", "replace a key's secret", "limit a key", "change a key's rights"],
];

const state = async () => ({
  endpoints: await edge.rows("select * from webhook_endpoints order by id"),
  keys: await edge.rows("select * from api_keys order by id"),
  deliveries: await edge.rows("select * from webhook_deliveries order by event_id"),
});

test.each(
  Object.keys(ACTIONS).flatMap((name) =>
    (["finance", "clerk", "viewer"] as const).map((role) => [name, role] as const),
  ),
)("%s: not by %s", async (name, role) => {
  await paid();
  const before = await state();
  visit.cookie = cookies[role];
  const [action, fields] = ACTIONS[name]?.() ?? [];
  const result = await run(action as WebhookAction, fields as Fields);
  expect([result.kind, result.shown]).toEqual(["failed", []]);
  expect(await state()).toEqual(before);
  expect(received).toBe(0);
});

test.each(CONFIRMED)("%s: asks an owner for the second factor again", async (name) => {
  await stale();
  const before = await state();
  const [action, fields] = ACTIONS[name]?.() ?? [];
  expect(await run(action as WebhookAction, fields as Fields)).toMatchObject({ kind: "confirm", shown: [] });
  expect(await state()).toEqual(before);
  await fresh();
  expect((await run(action as WebhookAction, fields as Fields)).kind).toBe("done");
});

test("an endpoint that an owner adds belongs to no key, and its secret is shown once", async () => {
  await fresh();
  const made = await run(hooks.addEndpoint, { url: `${url}2`, "events[]": ["order.paid"] });
  expect(made.shown[0]?.value).toMatch(/^whsec_/);
  const [listed] = (await edge.container.webhookEndpoints.list()).filter((each) => each.url === `${url}2`);
  expect(listed).toMatchObject({ apiKeyId: null, keptBy: "owner@shop.test" });
  expect((await run(hooks.addEndpoint, { url: "http://10.0.0.1/", "events[]": ["order.paid"] })).kind).toBe("failed");
  expect((await run(hooks.addEndpoint, { url: "nonsense", "events[]": ["order.paid"] })).kind).toBe("failed");
  expect((await run(hooks.addEndpoint, { url })).message).toBe("Please tick at least one kind of message");
});

test("pause, resume, test and remove do what they say", async () => {
  await run(hooks.pauseEndpoint, { endpointId, paused: "yes" });
  expect(await endpoint()).toMatchObject({ status: "paused", pausedBy: "owner@shop.test" });
  await run(hooks.pauseEndpoint, { endpointId, paused: "no" });
  expect(await endpoint()).toMatchObject({ status: "active" });
  expect(await run(hooks.testEndpoint, { endpointId })).toMatchObject({ kind: "done" });
  status = 500;
  expect(await run(hooks.testEndpoint, { endpointId })).toMatchObject({
    ...{ kind: "failed", message: expect.stringContaining("answered 500") },
  });
  await expect(run(hooks.removeEndpoint, { endpointId })).rejects.toMatchObject({
    to: "/admin/settings/webhooks?done=removed",
  });
  expect(await edge.rows("select from webhook_endpoints")).toEqual([]);
  const audit = await edge.rows<{ action: string }>(
    "select action from audit_log where subject = $1 and actor = 'owner@shop.test' order by id",
    [endpointId],
  );
  expect(audit.map(({ action }) => action)).toEqual([
    ...["webhook.pause", "webhook.resume", "webhook.test", "webhook.test", "webhook.remove"],
  ]);
});

test("one message or a period is resent, in Beijing time", async () => {
  const eventId = await paid();
  await work();
  expect(received).toBe(1);
  await run(hooks.resendEvent, { endpointId, eventId });
  await work();
  expect(received).toBe(2);
  // The clock of the fixture stands at ten in Beijing.
  const now = edge.clock.now();
  const beijing = (ms: number) => new Date(now.getTime() + ms + 8 * 3_600_000).toISOString().slice(0, 16);
  const range = (from: string, to: string) => run(hooks.resendRange, { endpointId, from, to, which: "all" });
  expect((await range(beijing(60_000), "")).message).toBe("0 messages are sent again");
  expect((await range(beijing(-60_000), beijing(120_000))).message).toBe("1 message is sent again");
  expect((await range(beijing(0), beijing(-60_000))).kind).toBe("failed");
});

test("a key's rights are ticked anew, and none is no choice", async () => {
  await fresh();
  expect(
    (await run(keys.rescopeKey, { keyId, access: "some", "scopes[]": ["orders:read", "refunds:read"] })).kind,
  ).toBe("done");
  expect(await key()).toMatchObject({ scopes: ["orders:read", "refunds:read"] });
  expect((await run(keys.rescopeKey, { keyId, access: "some" })).kind).toBe("failed");
  expect((await run(keys.rescopeKey, { keyId, access: "some", "scopes[]": ["everything"] })).kind).toBe("failed");
  expect(await key()).toMatchObject({ scopes: ["orders:read", "refunds:read"] });
  expect((await run(keys.rescopeKey, { keyId, access: "all" })).kind).toBe("done");
  expect(await key()).toMatchObject({ scopes: [] });
});

test("a key gets an end and addresses, and what is no address is named", async () => {
  await fresh();
  const limited = await run(keys.limitKey, { keyId, expires: "30", networks: "203.0.113.7\n10.0.0.0/8, 10.0.0.0/8" });
  expect(limited.kind).toBe("done");
  const expiresAt = new Date(edge.clock.now().getTime() + 30 * 86_400_000);
  expect(await key()).toMatchObject({ expiresAt, allowedNetworks: ["203.0.113.7", "10.0.0.0/8"] });
  expect((await run(keys.limitKey, { keyId, expires: "keep", networks: "10.0.0.300" })).message).toContain(
    "10.0.0.300",
  );
  await run(keys.limitKey, { keyId, expires: "keep", networks: "" });
  expect(await key()).toMatchObject({ expiresAt, allowedNetworks: [] });
  const rotated = await run(keys.rotateKey, { keyId, overlap: "hour" });
  expect(await edge.container.keys.findBySecret(rotated.shown[0]?.value ?? "")).toMatchObject({ id: keyId });
  const none = await run(keys.createKey, { name: "x", access: "some" });
  expect(none.kind).toBe("failed");
});
