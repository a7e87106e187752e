import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WEBHOOK_ANSWER_CHARS_MAX } from "#lib/base/webhook-limits.ts";
import {
  answering,
  BY,
  NOW,
  type ReceivedDelivery,
  type WebhookFixture,
  webhookFixture,
} from "#lib/testing/webhook-fixture.ts";

// Goal: what was announced arrives, signed so that the published library accepts it, at least once; an endpoint that hangs,
// redirects or lies inside our network harms no other delivery; and each try is in the log with its answer.

let hooks: WebhookFixture;
beforeAll(async () => {
  hooks = await webhookFixture();
});
afterEach(() => hooks.clear());
afterAll(() => hooks.close());

test("arrives once, word for word, with a signature the published library accepts", async () => {
  const { url, received } = await hooks.receiver(answering(204));
  const sent = await hooks.announce(`${url}?token=hidden`);
  const { work, later, due } = hooks.deliverer();
  expect(await work(sent.endpointId)).toEqual(["delivered"]);
  later(3_600_000);
  expect([await work(sent.endpointId), await due()]).toEqual([[], []]);
  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [ReceivedDelivery];
  expect(body).toBe(sent.payload);
  expect(headers["content-type"]).toBe("application/json");
  expect(headers["webhook-id"]).toBe(sent.eventId);
  const verified = new Webhook(sent.secret).verify(body, headers as Record<string, string>);
  expect(verified).toEqual(JSON.parse(sent.payload));
  expect(await hooks.row(sent)).toMatchObject({ status: "delivered", tries: 1, last_status: 204, check_at: null });
  expect(await hooks.tries(sent)).toMatchObject([
    { number: 1, cause: "event", url, signatures: 1, startedAt: NOW, status: 204, answer: null, error: null },
  ]);
  expect(await hooks.endpointRow(sent.endpointId)).toMatchObject({ failing_since: null, last_delivered_at: NOW });
});

test("many workers that see it due at once send it once", async () => {
  const { url, received } = await hooks.receiver(answering(200));
  const sent = await hooks.announce(url);
  const workers = Array.from({ length: 8 }, () => hooks.deliverer());
  for (const worker of workers) worker.later(5_000);
  await Promise.all(workers.flatMap((worker) => [worker.work(sent.endpointId), worker.turn(sent.endpointId)]));
  expect(received).toHaveLength(1);
});

test("a failure is tried again when it is due, by its job or by the sweep, until it works", async () => {
  const { url, received } = await hooks.receiver((response, count) => answering(count < 3 ? 500 : 200)(response));
  const sent = await hooks.announce(url);
  const { work, later, due } = hooks.deliverer();
  expect(await work(sent.endpointId)).toEqual(["retry"]);
  expect(await hooks.endpointRow(sent.endpointId)).toMatchObject({ failing_since: NOW });
  const { rows } = await hooks.database.pool.query("select key, run_at from graphile_worker.jobs where key like $1", [
    `webhook:${sent.eventId}:%`,
  ]);
  expect(rows).toEqual([
    { key: `webhook:${sent.eventId}:${sent.endpointId}`, run_at: new Date(NOW.getTime() + 5_000) },
  ]);
  expect(await work(sent.endpointId)).toEqual([]);
  later(5_000);
  expect(await work(sent.endpointId)).toEqual(["retry"]);
  later(20_000);
  expect(await due()).toEqual([sent.endpointId]);
  expect(await work(sent.endpointId)).toEqual(["delivered"]);
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([sent.eventId, sent.eventId, sent.eventId]);
  expect(await hooks.row(sent)).toMatchObject({ status: "delivered", tries: 3 });
  expect((await hooks.tries(sent)).map(({ number, status }) => [number, status])).toEqual([
    [1, 500],
    [2, 500],
    [3, 200],
  ]);
  expect(await hooks.endpointRow(sent.endpointId)).toMatchObject({ failing_since: null });
});

test("a sweep names each endpoint as often as it has something due, up to its turns at a time", async () => {
  const { url } = await hooks.receiver(answering(200));
  const [busy, quiet] = [await hooks.announce(url), await hooks.announce(url)];
  for (let count = 0; count < 9; count++) await hooks.announceTo(busy.endpointId);
  const { due, later } = hooks.deliverer();
  later(5_000);
  expect([...(await due())].sort()).toEqual(
    [busy.endpointId, busy.endpointId, busy.endpointId, quiet.endpointId].sort(),
  );
});

test("while a secret is replaced both sign, and each alone is enough; then the old one ends", async () => {
  const { url, received } = await hooks.receiver(answering(200));
  const sent = await hooks.announce(url);
  const { work, later, clock: at } = hooks.deliverer();
  const { secret, previousSecretUntil } = await hooks.endpointsOf().rotateSecret(sent.endpointId, 3_600, BY);
  expect(secret).not.toBe(sent.secret);
  expect(previousSecretUntil).toBe(new Date(NOW.getTime() + 3_600_000).toISOString());
  await work(sent.endpointId);
  const verify = (with_: string, { body, headers }: ReceivedDelivery) => {
    const verifier = new Webhook(with_);
    return verifier.verify(body, headers as Record<string, string>);
  };
  const [first] = received as [ReceivedDelivery];
  expect(verify(secret, first)).toEqual(verify(sent.secret, first));
  expect(await hooks.tries(sent)).toMatchObject([{ signatures: 2 }]);
  later(3_600_001);
  const next = await hooks.announceTo(sent.endpointId, at.now());
  await work(sent.endpointId);
  const { body, headers } = received[1] as ReceivedDelivery;
  expect(String(headers["webhook-signature"]).split(" ")).toHaveLength(1);
  const { sign } = { sign: (key: string) => new Webhook(key).sign(next.eventId, at.now(), body) };
  expect([headers["webhook-signature"]]).toEqual([sign(secret)]);
  expect(headers["webhook-signature"]).not.toBe(sign(sent.secret));
  expect(await hooks.endpointsOf(at).get(sent.endpointId)).toMatchObject({ previousSecretUntil: null });
});

test("an overlap of nothing ends the old secret at once", async () => {
  const { url, received } = await hooks.receiver(answering(200));
  const sent = await hooks.announce(url);
  const { secret } = await hooks.endpointsOf().rotateSecret(sent.endpointId, 0, BY);
  await hooks.deliverer().work(sent.endpointId);
  const [{ body, headers }] = received as [ReceivedDelivery];
  expect(headers["webhook-signature"]).toBe(new Webhook(secret).sign(sent.eventId, NOW, body));
});

test("a test event is sent at once, to this endpoint alone, once, and stands in the log", async () => {
  const { url, received } = await hooks.receiver((response, count) => {
    response.writeHead(count === 1 ? 500 : 200, { "content-type": "text/plain" }).end("no route /hook");
  });
  const { id } = await hooks.endpointsOf().create({ url, events: ["order.paid"] });
  const { test: send, later, work } = hooks.deliverer();
  const failed = await send(id);
  expect(failed).toMatchObject({ delivered: false, status: 500, error: "the endpoint answered 500" });
  later(24 * 3_600_000);
  expect(await work(id)).toEqual([]);
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(["webhook.test"]);
  expect(await hooks.tries({ eventId: failed.eventId, endpointId: id })).toMatchObject([
    { cause: "test", status: 500, answer: "no route /hook" },
  ]);
  expect((await hooks.database.pool.query("select from alerts")).rows).toEqual([]);
  expect(await hooks.endpointRow(id)).toMatchObject({ failing_since: null });
  expect(await send(id)).toMatchObject({ delivered: true, status: 200 });
  await expect(send("whe_nobody")).rejects.toMatchObject({ code: "not_found" });
});

test("the log keeps the beginning of an answer, without what looks like a secret", async () => {
  const { url } = await hooks.receiver((response) => {
    const text = `{"error":"bad","password":"hunter22","key":"sk_${"a".repeat(43)}","phone":"13800138000"}`;
    response.writeHead(500).end(text + "很".repeat(5_000));
  });
  const sent = await hooks.announce(url);
  await hooks.deliverer().work(sent.endpointId);
  const answer = (await hooks.tries(sent))[0]?.answer ?? "";
  expect(answer).toMatch(/^\{"error":"bad","password":"•••","key":"•••","phone":"•••"\}很+$/);
  expect([...answer]).toHaveLength(WEBHOOK_ANSWER_CHARS_MAX);
});

test("one that hangs is a failure after its time, with its reason", async () => {
  const { url } = await hooks.receiver(() => {});
  const sent = await hooks.announce(url);
  expect(await hooks.deliverer({ timeoutMs: 50 }).work(sent.endpointId)).toEqual(["retry"]);
  expect(await hooks.tries(sent)).toMatchObject([{ status: null, error: "no answer in time" }]);
});

test("a redirect is a failure and is not followed", async () => {
  const inner = await hooks.receiver(answering(200));
  const outer = await hooks.receiver((response) => void response.writeHead(307, { location: inner.url }).end());
  const sent = await hooks.announce(outer.url);
  expect(await hooks.deliverer().work(sent.endpointId)).toEqual(["retry"]);
  expect(inner.received).toHaveLength(0);
  expect((await hooks.row(sent)).last_status).toBe(307);
});

test("an answer without end is cut off; its status counts", async () => {
  const { url } = await hooks.receiver((response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) {}
      response.once("drain", pour);
    };
    pour();
  });
  const sent = await hooks.announce(url);
  expect(await hooks.deliverer().work(sent.endpointId)).toEqual(["delivered"]);
});

test.each(["http://127.0.0.1:9/hook", "http://localhost:9/hook", "http://[::1]:9/hook"])(
  "never connects inside where that is not allowed: %s",
  async (url) => {
    const sent = await hooks.announce(url);
    const { work } = hooks.deliverer({ policy: { allowPrivate: false, allowLoopback: false } });
    expect(await work(sent.endpointId)).toEqual(["retry"]);
    expect((await hooks.row(sent)).last_error).toMatch(/private or loopback/);
  },
);

test("no listener is a failure with its reason", async () => {
  const { url } = await hooks.receiver(answering(200));
  await new Promise((resolve) => hooks.servers.pop()?.close(resolve));
  const sent = await hooks.announce(url);
  expect(await hooks.deliverer().work(sent.endpointId)).toEqual(["retry"]);
  expect((await hooks.row(sent)).last_error).toBe("the connection failed (ECONNREFUSED)");
});

test("the log is never changed, and goes with its delivery", async () => {
  const { url } = await hooks.receiver(answering(200));
  const sent = await hooks.announce(url);
  await hooks.deliverer().work(sent.endpointId);
  await expect(hooks.database.pool.query("update webhook_tries set status = 500")).rejects.toMatchObject({
    code: "23514",
  });
  await hooks.endpointsOf().remove(sent.endpointId, BY);
  expect((await hooks.database.pool.query("select from webhook_tries")).rows).toEqual([]);
});
