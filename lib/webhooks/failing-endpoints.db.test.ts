import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WEBHOOK_FAILING_MS_MAX } from "#lib/base/webhook-limits.ts";
import { answering, BY, NOW, type WebhookFixture, webhookFixture } from "#lib/testing/webhook-fixture.ts";

// Goal: an endpoint that fails gets everything again, one that fails for days is paused and loses nothing, one that wants a pause
// or an end gets it.

let hooks: WebhookFixture;
beforeAll(async () => {
  hooks = await webhookFixture();
});
afterEach(() => hooks.clear());
afterAll(() => hooks.close());

test("an event that an endpoint refuses while it takes others is given up after the last try, with an alert", async () => {
  let refused = "";
  const { url } = await hooks.receiver((response) =>
    answering(response.req.headers["webhook-id"] === refused ? 500 : 200)(response),
  );
  const sent = await hooks.announce(url);
  refused = sent.eventId;
  const { work, later, clock: at } = hooks.deliverer();
  let count = 0;
  for (; (await work(sent.endpointId))[0] === "retry"; count++) {
    expect(count).toBeLessThan(20);
    const { check_at } = await hooks.row(sent);
    const other = await hooks.announceTo(sent.endpointId, at.now());
    expect(await work(sent.endpointId)).toEqual(["delivered"]);
    expect(await hooks.row(other)).toMatchObject({ status: "delivered" });
    later(check_at.getTime() - at.now().getTime());
  }
  expect(await hooks.row(sent)).toMatchObject({ status: "given_up", tries: 13, last_status: 500 });
  expect((await hooks.row(sent)).last_error).toBe("the endpoint answered 500");
  expect(at.now().getTime() - NOW.getTime()).toBeGreaterThan(75 * 3_600_000);
  const alerts = await hooks.database.pool.query("select kind, detail from alerts");
  expect(alerts.rows).toEqual([{ kind: "webhook_given_up", detail: { endpointId: sent.endpointId, url } }]);
});

test("an endpoint that takes nothing for three days is paused with all that waits, and resumed from where it stopped", async () => {
  let status = 503;
  const { url, received } = await hooks.receiver((response) => answering(status)(response));
  const sent = await hooks.announce(url);
  const { work, later, clock: at } = hooks.deliverer();
  let outcome: string | undefined;
  for (let count = 0; outcome !== "paused"; count++) {
    expect(count).toBeLessThan(14);
    [outcome] = await work(sent.endpointId);
    if (outcome !== "paused") later((await hooks.row(sent)).check_at.getTime() - at.now().getTime());
  }
  expect(at.now().getTime() - NOW.getTime()).toBeGreaterThanOrEqual(WEBHOOK_FAILING_MS_MAX);
  expect(await hooks.endpointsOf().get(sent.endpointId)).toMatchObject({ status: "paused", pausedBy: null });
  expect(await hooks.row(sent)).toMatchObject({ status: "pending" });
  const alerts = () => hooks.database.pool.query("select kind, detail, recovered_at is not null as over from alerts");
  const detail = { endpointId: sent.endpointId, url };
  expect((await alerts()).rows).toEqual([{ kind: "webhook_paused", detail, over: false }]);

  // What happens meanwhile waits as well, however long it takes.
  const before = received.length;
  const second = await hooks.announceTo(sent.endpointId, at.now());
  later(9 * 24 * 3_600_000);
  const third = await hooks.announceTo(sent.endpointId, at.now());
  expect(await work(sent.endpointId)).toEqual([]);
  expect(received).toHaveLength(before);

  status = 200;
  const endpoints = hooks.endpointsOf(at);
  expect(await endpoints.change(sent.endpointId, { paused: false }, BY)).toMatchObject({
    ...{ status: "active", pausedAt: null, failingSince: null },
  });
  expect(await work(sent.endpointId)).toEqual(["delivered", "delivered", "delivered"]);
  expect(received.slice(before).map(({ headers }) => headers["webhook-id"])).toEqual(
    [sent, second, third].map(({ eventId }) => eventId),
  );
  expect((await alerts()).rows).toEqual([{ kind: "webhook_paused", detail, over: true }]);
});

test("one that is resumed and fails again begins the schedule anew, and is given its three days again", async () => {
  const { url } = await hooks.receiver(answering(500));
  const sent = await hooks.announce(url);
  const { work, later, clock: at } = hooks.deliverer();
  for (let outcome: string | undefined = "retry"; outcome === "retry"; [outcome] = await work(sent.endpointId)) {
    const { check_at } = await hooks.row(sent);
    later(Math.max(0, check_at.getTime() - at.now().getTime()));
  }
  await hooks.endpointsOf(at).change(sent.endpointId, { paused: false }, BY);
  expect(await work(sent.endpointId)).toEqual(["retry"]);
  expect((await hooks.row(sent)).check_at.getTime() - at.now().getTime()).toBe(5_000);
  expect(await hooks.endpointRow(sent.endpointId)).toMatchObject({ failing_since: at.now(), paused_at: null });
});

test("paused by hand, nothing is sent until it is resumed", async () => {
  const { url, received } = await hooks.receiver(answering(200));
  const sent = await hooks.announce(url);
  const endpoints = hooks.endpointsOf();
  expect(await endpoints.change(sent.endpointId, { paused: true }, BY)).toMatchObject({
    ...{ status: "paused", pausedBy: BY.actor },
  });
  const { work, due, later } = hooks.deliverer();
  later(60_000);
  expect([await work(sent.endpointId), await due()]).toEqual([[], []]);
  await endpoints.change(sent.endpointId, { paused: false }, BY);
  expect(await due()).toEqual([sent.endpointId]);
  expect(await work(sent.endpointId)).toEqual(["delivered"]);
  expect(received).toHaveLength(1);
});

test("410 ends the endpoint and all that was on its way to it; it can be started again", async () => {
  const { url, received } = await hooks.receiver((response, count) => answering(count === 1 ? 410 : 200)(response));
  const sent = await hooks.announce(url);
  const next = await hooks.announceTo(sent.endpointId);
  const { work, later, due } = hooks.deliverer();
  expect(await work(sent.endpointId)).toEqual(["disabled"]);
  later(3_600_000);
  expect([await work(sent.endpointId), await due()]).toEqual([[], []]);
  expect(received).toHaveLength(1);
  expect(await hooks.row(next)).toMatchObject({ status: "given_up", tries: 0 });
  expect(await hooks.tries(sent)).toMatchObject([{ number: 1, status: 410, error: "the endpoint answered 410" }]);
  expect(await hooks.endpointRow(sent.endpointId)).toMatchObject({
    ...{ disabled_at: NOW, disabled_why: "the endpoint answered 410 Gone" },
  });
  const alerts = await hooks.database.pool.query("select kind, detail from alerts");
  expect(alerts.rows).toEqual([{ kind: "webhook_disabled", detail: { endpointId: sent.endpointId, url } }]);
  expect(await hooks.endpointsOf().change(sent.endpointId, { paused: false }, BY)).toMatchObject({ status: "active" });
  await hooks.announceTo(sent.endpointId);
  expect(await work(sent.endpointId)).toEqual(["delivered"]);
  expect((await hooks.database.pool.query("select from alerts where recovered_at is null")).rows).toEqual([]);
});

test("what comes to an endpoint in the moment that ends it is given up without being sent", async () => {
  const { url, received } = await hooks.receiver(answering(410));
  const sent = await hooks.announce(url);
  const { work } = hooks.deliverer();
  await work(sent.endpointId);
  const late = await hooks.announceTo(sent.endpointId);
  expect(await work(sent.endpointId)).toEqual(["given_up"]);
  expect(await hooks.row(late)).toMatchObject({ status: "given_up", tries: 0, last_error: "the endpoint is disabled" });
  expect(received).toHaveLength(1);
});

test.each([
  [429, "120", 120_000],
  [503, "86400000", 3_600_000],
  [503, new Date(NOW.getTime() + 90_000).toUTCString(), 90_000],
  [429, "soon", 5_000],
  [429, "1", 5_000],
  [500, "120", 5_000],
])("an endpoint that answers %d with Retry-After %s is left alone for that long", async (status, value, pauseMs) => {
  const { url } = await hooks.receiver((response) => void response.writeHead(status, { "retry-after": value }).end());
  const sent = await hooks.announce(url);
  const { work } = hooks.deliverer();
  expect(await work(sent.endpointId)).toEqual(["retry"]);
  const waitsMs = (await hooks.row(sent)).check_at.getTime() - NOW.getTime();
  // A date of HTTP has whole seconds.
  expect(pauseMs - waitsMs).toBeGreaterThanOrEqual(0);
  expect(pauseMs - waitsMs).toBeLessThan(value.includes("GMT") ? 1_000 : 1);
});

test("Retry-After holds for everything that is due to the endpoint", async () => {
  const { url, received } = await hooks.receiver((response, count) => {
    response.writeHead(count === 1 ? 429 : 200, count === 1 ? { "retry-after": "120" } : {}).end();
  });
  const sent = await hooks.announce(url);
  await hooks.announceTo(sent.endpointId, new Date(NOW.getTime() + 1));
  const { work, later, due } = hooks.deliverer();
  expect(await work(sent.endpointId)).toEqual(["retry"]);
  later(118_000);
  expect([await work(sent.endpointId), await due()]).toEqual([[], []]);
  expect(received).toHaveLength(1);
  later(5_000);
  expect(await due()).toEqual([sent.endpointId, sent.endpointId]);
  expect(await work(sent.endpointId)).toEqual(["delivered", "delivered"]);
});

test("an endpoint with much to come that takes nothing rests: no try is used up, no other waits, and all arrives once it is back", async () => {
  let status = 500;
  const { url, received } = await hooks.receiver((response) => answering(status)(response));
  const first = await hooks.announce(url);
  const waiting = [first];
  for (let count = 1; count < 6; count++) waiting.push({ ...(await hooks.announceTo(first.endpointId)), secret: "" });
  const well = await hooks.receiver(answering(200));
  const other = await hooks.announce(well.url);
  const breaker = { failures: 3, restMs: 5, restMsMax: 5, atOnce: 3, waiting: 3 };
  const rested = hooks.deliverer({ breaker: { ...breaker, restMs: 60_000, restMsMax: 60_000 } });
  expect(await rested.work(first.endpointId)).toEqual(["retry", "retry", "retry"]);
  expect(await rested.work(first.endpointId)).toEqual([]);
  expect(received).toHaveLength(3);
  const tries = async () => Promise.all(waiting.map(async (sent) => (await hooks.row(sent)).tries));
  expect((await tries()).toSorted()).toEqual([0, 0, 0, 1, 1, 1]);
  expect(await rested.work(other.endpointId)).toEqual(["delivered"]);

  const { work, later } = hooks.deliverer({ breaker });
  later(60_000);
  await work(first.endpointId);
  status = 200;
  await expect
    .poll(async () => {
      await work(first.endpointId);
      later(60_000);
      return (await Promise.all(waiting.map((sent) => hooks.row(sent)))).map((row) => row.status);
    })
    .toEqual(Array(6).fill("delivered"));
});
