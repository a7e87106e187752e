import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { endedAccessFile, keepEndedList, readEndedList } from "#lib/ops/ended-access.ts";
import { endExpiredKeys, tellOfEndingKeys } from "#lib/storage/administration/api-keys.ts";
import { endAccessAgain } from "#lib/storage/operations/ended-access.ts";
import { inTransaction } from "#lib/storage/transaction.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a key works from its addresses, until its end, with its secrets of now; and what ends it holds at once in every process.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture({ settings: { trustedProxies: 1 } });
});
afterAll(() => edge.close());

const ACTOR = "owner@shop.test";

async function keyWith(more: Partial<Parameters<EdgeFixture["container"]["keys"]["create"]>[0]> = {}) {
  const made = await edge.container.keys.create({
    name: "shop",
    requireSigning: false,
    scopes: [],
    actor: ACTOR,
    ...more,
  });
  return { id: made.id, secret: made.secret.reveal() };
}

async function ask(secret: string, from = "203.0.113.7") {
  const headers = { authorization: `Bearer ${secret}`, "x-forwarded-for": from };
  const answer = await edge.send("/api/v1/orders", { headers });
  return { status: answer.status, body: await answer.json() };
}

let nonces = 0;
async function askSigned({ id, secret }: { id: string; secret: string }) {
  const timestamp = Math.floor(edge.clock.now().getTime() / 1_000);
  const nonce = `limits-${++nonces}`;
  const signature = createHmac("sha256", secret)
    .update(`GET\n/api/v1/orders\n${timestamp}\n${nonce}\n\n`)
    .digest("base64");
  const authorization = `PAY-HMAC-SHA256 key_id="${id}",nonce="${nonce}",timestamp="${timestamp}",signature="${signature}"`;
  const answer = await edge.send("/api/v1/orders", { headers: { authorization } });
  return { status: answer.status, body: await answer.json() };
}

test("a key with a list of addresses works from them alone, by both ways", async () => {
  const key = await keyWith({ allowedNetworks: ["203.0.113.0/24", "2001:db8::1"] });
  expect((await ask(key.secret, "203.0.113.99")).status).toBe(200);
  expect((await ask(key.secret, "2001:db8::1")).status).toBe(200);
  const elsewhere = await ask(key.secret, "198.51.100.4");
  expect(elsewhere).toMatchObject({ status: 403, body: { code: "forbidden", reason: "address" } });
  expect(elsewhere.body.detail).toContain("198.51.100.4");
  await edge.container.keys.limit(key.id, { allowedNetworks: ["198.51.100.4"], expiresAt: null }, ACTOR);
  expect((await ask(key.secret, "198.51.100.4")).status).toBe(200);
  expect((await ask(key.secret, "203.0.113.99")).status).toBe(403);
});

test("a key ends at its end to the moment, says so to its holder, and takes its webhook endpoints along", async () => {
  const expiresAt = new Date(edge.clock.now().getTime() + HOUR_MS);
  const key = await keyWith({ expiresAt });
  const made = await edge.send("/api/v1/webhook-endpoints", {
    headers: { authorization: `Bearer ${key.secret}` },
    json: { url: "https://shop.example/hook", events: ["order.paid"] },
  });
  const { id: endpointId } = await made.json();
  edge.clock.advance(HOUR_MS - 1);
  expect((await ask(key.secret)).status).toBe(200);
  edge.clock.advance(1);
  expect(await ask(key.secret)).toMatchObject({
    ...{ status: 401, body: { reason: "key", detail: "the API key is not valid: it has expired" } },
  });
  expect((await askSigned(key)).body).toMatchObject({ reason: "key" });
  expect(await endExpiredKeys(edge.database.pool, edge.clock.now())).toEqual([key.id]);
  expect(await endExpiredKeys(edge.database.pool, edge.clock.now())).toEqual([]);
  expect(await edge.container.webhookEndpoints.get(endpointId)).toMatchObject({ status: "disabled" });
});

test("after a rotation both secrets work until the overlap is over, then the new one alone", async () => {
  const key = await keyWith();
  const { secret, previousUntil } = await edge.container.keys.rotate(key.id, 3_600, ACTOR);
  const next = secret.reveal();
  expect(previousUntil?.getTime()).toBe(edge.clock.now().getTime() + HOUR_MS);
  for (const each of [key.secret, next]) {
    expect((await ask(each)).status).toBe(200);
    expect((await askSigned({ id: key.id, secret: each })).status).toBe(200);
  }
  edge.clock.advance(HOUR_MS);
  expect((await ask(next)).status).toBe(200);
  expect((await askSigned({ id: key.id, secret: next })).status).toBe(200);
  expect((await ask(key.secret)).body).toMatchObject({
    ...{ code: "unauthenticated", reason: "key", detail: expect.stringContaining("was replaced") },
  });
  expect((await askSigned(key)).body).toMatchObject({ code: "unauthenticated", reason: "signature" });
});

test("a second rotation ends the oldest secret, and one without overlap ends the old one at once", async () => {
  const key = await keyWith();
  const second = (await edge.container.keys.rotate(key.id, 3_600, ACTOR)).secret.reveal();
  const third = (await edge.container.keys.rotate(key.id, 3_600, ACTOR)).secret.reveal();
  const statuses = async () => Promise.all([key.secret, second, third].map(async (each) => (await ask(each)).status));
  expect(await statuses()).toEqual([401, 200, 200]);
  const fourth = (await edge.container.keys.rotate(key.id, 0, ACTOR)).secret.reveal();
  expect([...(await statuses()), (await ask(fourth)).status]).toEqual([401, 401, 401, 200]);
});

test("what ends a key holds at once in every process", async () => {
  const elsewhere = edge.keysElsewhere();
  const [revoked, rotated] = [await keyWith(), await keyWith()];
  expect(await elsewhere.findBySecret(revoked.secret)).toMatchObject({ id: revoked.id });
  expect(await elsewhere.findForSigning(rotated.id)).toMatchObject({ key: { id: rotated.id } });
  await edge.container.keys.revoke(revoked.id, ACTOR);
  await edge.container.keys.rotate(rotated.id, 0, ACTOR);
  expect(await elsewhere.findBySecret(revoked.secret)).toBeNull();
  expect(await elsewhere.findForSigning(revoked.id)).toBeNull();
  expect(await elsewhere.findBySecret(rotated.secret)).toBeNull();
  expect(await elsewhere.endOf({ secret: revoked.secret })).toBe("revoked");
});

test("a key's rights change at once in every process, by both ways of signing in", async () => {
  const elsewhere = edge.keysElsewhere();
  const key = await keyWith({ scopes: ["orders:read"] });
  expect((await ask(key.secret)).status).toBe(200);
  await edge.container.keys.rescope(key.id, ["refunds:read"], ACTOR);
  expect(await ask(key.secret)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect((await askSigned(key)).status).toBe(403);
  expect(await elsewhere.findBySecret(key.secret)).toMatchObject({ scopes: ["refunds:read"] });
  await edge.container.keys.rescope(key.id, [], ACTOR);
  expect((await ask(key.secret)).status).toBe(200);
  const audit = await edge.rows<{ detail: object }>(
    "select detail from audit_log where subject = $1 and action = 'key.scopes' order by id",
    [key.id],
  );
  expect(audit.map(({ detail }) => detail)).toMatchObject([
    { before: "orders:read", scopes: "refunds:read" },
    { before: "refunds:read", scopes: "" },
  ]);
  await edge.container.keys.revoke(key.id, ACTOR);
  await expect(edge.container.keys.rescope(key.id, [], ACTOR)).rejects.toMatchObject({ code: "conflict" });
  await expect(edge.container.keys.rescope("key_nobody", [], ACTOR)).rejects.toMatchObject({ code: "not_found" });
});

test("what a key may no longer read its webhook endpoints no longer get, unless an owner keeps them", async () => {
  const key = await keyWith();
  const made = async (url: string, events: readonly string[]): Promise<string> => {
    const headers = { authorization: `Bearer ${key.secret}` };
    return (await (await edge.send("/api/v1/webhook-endpoints", { headers, json: { url, events } })).json()).id;
  };
  const both = await made("https://shop.example/both", ["order.paid", "refund.succeeded"]);
  const orders = await made("https://shop.example/orders", ["order.paid"]);
  const refunds = await made("https://shop.example/refunds", ["refund.succeeded"]);
  const kept = await made("https://shop.example/kept", ["order.paid"]);
  await edge.container.webhookEndpoints.keep(kept, { actor: ACTOR });
  const { id: orderId } = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] });
  await edge.payAndNotify(await edge.open(orderId));
  const waiting = () =>
    edge.rows<{ endpoint: string }>(
      "select endpoint_id as endpoint from webhook_deliveries where status = 'pending' and endpoint_id = any ($1)",
      [[both, orders, refunds, kept]],
    );
  expect(await waiting()).toHaveLength(3);
  expect(await edge.container.keys.rescope(key.id, ["refunds:read", "webhooks:write"], ACTOR)).toEqual({
    narrowed: ["https://shop.example/both"],
    ended: ["https://shop.example/orders"],
  });
  const states = await Promise.all(
    [both, orders, refunds, kept].map(async (id) => {
      const { status, events } = await edge.container.webhookEndpoints.get(id);
      return [status, ...events];
    }),
  );
  expect(states).toEqual([
    ["active", "refund.succeeded"],
    ["disabled", "order.paid"],
    ["active", "refund.succeeded"],
    ["active", "order.paid"],
  ]);
  expect(await waiting()).toEqual([{ endpoint: kept }]);
});

test("a revoked key is neither limited nor rotated, and two rotations at once leave one secret of each", async () => {
  const key = await keyWith();
  const both = await Promise.all([
    edge.container.keys.rotate(key.id, 60, ACTOR),
    edge.container.keys.rotate(key.id, 60, ACTOR),
  ]);
  const statuses = await Promise.all(both.map(async ({ secret }) => (await ask(secret.reveal())).status));
  expect([statuses, (await ask(key.secret)).status]).toEqual([[200, 200], 401]);
  await edge.container.keys.revoke(key.id, ACTOR);
  await expect(edge.container.keys.rotate(key.id, 60, ACTOR)).rejects.toMatchObject({ code: "conflict" });
  const limits = { allowedNetworks: [], expiresAt: null };
  await expect(edge.container.keys.limit(key.id, limits, ACTOR)).rejects.toMatchObject({ code: "conflict" });
  await expect(edge.container.keys.rotate("key_nobody", 60, ACTOR)).rejects.toMatchObject({ code: "not_found" });
});

test("the list says when and from where a key was used last; it is written sparingly, and not for refused calls", async () => {
  await edge.rows("create table key_writes (id text, at timestamptz, place text)");
  await edge.rows(`create function note_key_write() returns trigger language plpgsql as $$
    begin insert into key_writes values (new.id, new.last_used_at, new.last_used_from); return null; end $$`);
  await edge.rows(`create trigger key_writes after update of last_used_at on api_keys
    for each row execute function note_key_write()`);
  const key = await keyWith({ allowedNetworks: ["203.0.113.0/24"] });
  const used = async () => (await edge.container.keys.list()).find(({ id }) => id === key.id);
  const usedFrom = (place: string) => vi.waitUntil(async () => (await used())?.lastUsedFrom === place);
  await ask(key.secret, "198.51.100.4");
  await ask(key.secret, "203.0.113.7");
  await usedFrom("203.0.113.7");
  const first = edge.clock.now();
  edge.clock.advance(MINUTE_MS / 2);
  await ask(key.secret, "203.0.113.7");
  await ask(key.secret, "203.0.113.8");
  await usedFrom("203.0.113.8");
  const second = edge.clock.now();
  edge.clock.advance(MINUTE_MS);
  await ask(key.secret, "203.0.113.8");
  await vi.waitUntil(async () => (await used())?.lastUsedAt?.getTime() === edge.clock.now().getTime());
  expect(await edge.rows("select at, place from key_writes where id = $1 order by at", [key.id])).toEqual([
    { at: first, place: "203.0.113.7" },
    { at: second, place: "203.0.113.8" },
    { at: edge.clock.now(), place: "203.0.113.8" },
  ]);
});

test("people are told once of a key that ends within a week, and not of one that was made for a day", async () => {
  const { pool } = edge.database;
  const now = edge.clock.now();
  const soon = await keyWith({ expiresAt: new Date(now.getTime() + 30 * DAY_MS) });
  await keyWith({ expiresAt: new Date(now.getTime() + DAY_MS) });
  const tell = (at: Date) => tellOfEndingKeys(pool, at, new Date(at.getTime() + 7 * DAY_MS));
  const told = () =>
    edge.rows<{ id: string }>("select detail ->> 'keyId' as id from alerts where kind = 'api_key_ending'");
  await tell(now);
  expect(await told()).toEqual([]);
  const later = new Date(now.getTime() + 24 * DAY_MS);
  await tell(later);
  await tell(later);
  expect(await told()).toEqual([{ id: soon.id }]);
});

test("a restored backup of before a rotation does not bring the replaced secret back", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-keys-"));
  const { pool } = edge.database;
  const key = await keyWith();
  const [before] = await edge.rows<Record<string, unknown>>(
    "select secret_hash, secret_sealed from api_keys where id = $1",
    [key.id],
  );
  await edge.container.keys.rotate(key.id, 0, ACTOR);
  await keepEndedList(pool, endedAccessFile(folder));
  // As the backup has it.
  await edge.rows("update api_keys set secret_hash = $2, secret_sealed = $3 where id = $1", [
    ...[key.id, before?.secret_hash, before?.secret_sealed],
  ]);
  expect((await ask(key.secret)).status).toBe(200);
  const ended = (await readEndedList(endedAccessFile(folder))) ?? [];
  await inTransaction(pool, (client) =>
    endAccessAgain(client as never, { backupAt: "2026-07-01T00:00:00Z", ended, now: edge.clock.now() }),
  );
  expect((await ask(key.secret)).status).toBe(401);
  await rm(folder, { recursive: true });
});
