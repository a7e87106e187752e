import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { silentLog } from "#lib/ops/log.ts";
import type { ChannelChoices } from "#lib/storage/notifications/notification-channels.ts";
import { raiseAlert } from "#lib/storage/operations/alerts.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createNotifier, type PeopleNotifier, settingsPlace } from "./deliver.ts";
import { createNotificationChannels, type NotificationChannels } from "./manage-channels.ts";
import { createPushKeys } from "./push-keys.ts";

// Goal: a message whose answer was lost is tried again as the same message; one that cannot be made holds up no other; settings can be
// taken away again, and a browser is one device however often it is added.

let database: TestDatabase;
let receiver: Server;
let channels: NotificationChannels;
let notifier: PeopleNotifier;
const box = createSealedBox(new Secret<Uint8Array>(new Uint8Array(32).fill(7)));
const clock = new FakeClock();
const received: { id: string; items: string[] }[] = [];
let isLosingAnswers = false;

beforeAll(async () => {
  database = await testDatabase();
  receiver = createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => {
      text += piece;
    });
    request.on("end", () => {
      const { data } = JSON.parse(text) as { data: { notifications: { id: string }[] } };
      received.push({ id: String(request.headers["webhook-id"]), items: data.notifications.map(({ id }) => id) });
      response.statusCode = isLosingAnswers ? 500 : 204;
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { pool } = database;
  const common = { pool, box, clock, policy: { allowPrivate: false, allowLoopback: true } };
  channels = createNotificationChannels(common);
  const pushKeys = createPushKeys({ pool, box });
  const url = "https://shop.example";
  notifier = createNotifier({ ...common, pushKeys, log: silentLog, publicUrl: url, random: () => 0.5 });
  for (const id of ["usr_1", "usr_2"]) {
    await pool.query(
      `insert into admin_users (id, email, password_hash, role, created_at) values ($1, $1 || '@shop.example', '$scrypt$x', 'owner', now())`,
      [id],
    );
  }
});
afterEach(async () => {
  await database.pool.query("delete from notifications; delete from notification_channels; delete from alerts");
  received.length = 0;
  isLosingAnswers = false;
});
afterAll(async () => {
  receiver.close();
  await database.close();
});

const CHOICES: ChannelChoices = {
  ...{ name: "a", events: ["other", "payment_received"], roles: [], language: "zh-CN", amountMin: 0 },
  ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
};
const create = async (kind: "webhook" | "email" | "web_push" | "dingtalk", settings: object, adminUserId?: string) =>
  (
    await channels.create(
      { kind, choices: CHOICES, settings: { ...settings }, ...(adminUserId === undefined ? {} : { adminUserId }) },
      "test",
    )
  ).channel.id;
const addWebhook = () =>
  create("webhook", { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook` });
const alerts = async (from: number, to: number) => {
  for (let at = from; at < to; at++) {
    const alert = { kind: "learner_stopped", cause: `cause ${at}`, orderId: null, detail: {} } as const;
    await raiseAlert(database.pool, { ...alert, at: clock.now() });
  }
};
const turns = async (id: string) => {
  // What comes in a storm waits for its end.
  for (let round = 0; round < 3; round++) {
    while ((await notifier.turn(id)) === "again");
    clock.advance(10 * MINUTE_MS);
  }
};
const statuses = async () =>
  (
    await database.pool.query(
      "select status, last_answer as answer from notification_deliveries order by notification_id",
    )
  ).rows;
const settingsOf = async (id: string) => {
  const { rows } = await database.pool.query("select settings_sealed from notification_channels where id = $1", [id]);
  return JSON.parse(box.openText(rows[0].settings_sealed, settingsPlace(id)));
};

test("a digest whose answer was lost comes again as the same message, whatever has come since", async () => {
  const id = await addWebhook();
  await alerts(0, 12);
  isLosingAnswers = true;
  await notifier.turn(id);
  expect(received).toHaveLength(1);
  expect(received[0]?.items).toHaveLength(12);
  isLosingAnswers = false;
  await alerts(12, 15);
  clock.advance(10 * MINUTE_MS);
  await turns(id);
  expect(received[1]).toEqual(received[0]);
  // What has come since is in messages of its own, and nothing is told twice.
  const later = received.slice(2).flatMap(({ items }) => items);
  expect(later).toHaveLength(3);
  expect(new Set([...(received[0]?.items ?? []), ...later]).size).toBe(15);
  expect(new Set((await statuses()).map(({ status }) => status))).toEqual(new Set(["sent"]));
});

test("one that was tried alone is not told again in a digest", async () => {
  const id = await addWebhook();
  await alerts(0, 1);
  isLosingAnswers = true;
  await notifier.turn(id);
  isLosingAnswers = false;
  await alerts(1, 13);
  clock.advance(10 * MINUTE_MS);
  await turns(id);
  expect(received[1]).toEqual(received[0]);
  expect(received.slice(1).flatMap(({ items }) => items)).toHaveLength(13);
});

test("a notification that cannot be made is set aside, and the others are sent, alone or in a digest", async () => {
  const { pool } = database;
  const id = await addWebhook();
  for (const others of [1, 12]) {
    await pool.query("delete from notifications; delete from alerts");
    received.length = 0;
    // Its detail is no record.
    const broken = `with made as (insert into notifications (event, kind, detail, created_at)
      values ('other', 'learner_stopped', 'null', $1) returning id)
      insert into notification_deliveries (notification_id, channel_id, check_at) select id, $2, $1 from made`;
    await pool.query(broken, [clock.now(), id]);
    await alerts(0, others);
    await turns(id);
    expect(received.flatMap(({ items }) => items)).toHaveLength(others);
    expect((await statuses())[0]).toEqual({ status: "skipped", answer: "the message could not be made" });
    const { rows } = await pool.query("select leased_until, failures from notification_channels");
    expect(rows).toEqual([{ leased_until: null, failures: 0 }]);
    clock.advance(10 * MINUTE_MS);
  }
});

test("a password can be taken away; what has to be there cannot, and an empty field keeps what is saved", async () => {
  const mail = { host: "127.0.0.1", port: 25, security: "none", from: "a@b.example", to: ["c@d.example"] };
  const id = await create("email", { ...mail, user: "u", password: "secret" });
  await channels.update(id, { choices: CHOICES, settings: { password: "", user: "v" } }, "test");
  expect(await settingsOf(id)).toMatchObject({ user: "v", password: "secret" });
  await channels.update(id, { choices: CHOICES, settings: { password: null, user: null } }, "test");
  expect(await settingsOf(id)).toMatchObject({ host: "127.0.0.1", user: "", password: "" });
  const lost = channels.update(id, { choices: CHOICES, settings: { host: null } }, "test");
  await expect(lost).rejects.toMatchObject({ code: "invalid_request", errors: [{ path: "host" }] });
  expect(await settingsOf(id)).toMatchObject({ host: "127.0.0.1" });
});

const device = (round: number) => ({
  ...{ endpoint: "http://127.0.0.1:9/push/1", p256dh: String(round).repeat(87), auth: "a".repeat(22) },
});

test("the same browser added again is the same channel, with its new keys, also at once", async () => {
  const first = await create("web_push", device(1), "usr_1");
  await database.pool.query("update notification_channels set paused_at = now(), events = '{disk}'");
  const again = await Promise.all([create("web_push", device(2), "usr_1"), create("web_push", device(2), "usr_1")]);
  expect(new Set(again)).toEqual(new Set([first]));
  expect(await settingsOf(first)).toMatchObject({ p256dh: "2".repeat(87) });
  const { rows } = await database.pool.query("select events, paused_at from notification_channels");
  expect(rows).toEqual([{ events: ["disk"], paused_at: null }]);
  expect(await create("web_push", { ...device(1), endpoint: "http://127.0.0.1:9/push/2" }, "usr_1")).not.toBe(first);
});

test("a browser that somebody else signs in to tells that person, and no longer the one before", async () => {
  const first = await create("web_push", device(1), "usr_1");
  const second = await create("web_push", device(1), "usr_2");
  const { rows } = await database.pool.query("select id, admin_user_id as person from notification_channels");
  expect(rows).toEqual([{ id: second, person: "usr_2" }]);
  expect(second).not.toBe(first);
});

test("Postgres keeps one channel for a device, and a digest of an address for devices alone", async () => {
  const { pool } = database;
  await create("web_push", device(1), "usr_1");
  const id = await addWebhook();
  await expect(
    pool.query("update notification_channels set device_hash = $1 where id = $2", [Buffer.alloc(32), id]),
  ).rejects.toMatchObject({ constraint: "channel_device_hash" });
  const other = await create("web_push", { ...device(1), endpoint: "http://127.0.0.1:9/push/3" }, "usr_1");
  await expect(
    pool.query(
      "update notification_channels set device_hash = (select device_hash from notification_channels where id <> $1 and device_hash is not null limit 1) where id = $1",
      [other],
    ),
  ).rejects.toMatchObject({ constraint: "notification_channels_device" });
});
