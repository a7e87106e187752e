import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { NOTIFICATION_DEVICES_PER_PERSON_MAX } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { createSealedBox, type SealedBox } from "#lib/config/sealed-box.ts";
import { createLanes, type Lanes } from "#lib/outbound/lanes.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import type { ChannelChoices } from "#lib/storage/notifications/notification-channels.ts";
import { raiseAlert } from "#lib/storage/operations/alerts.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { CHANNEL_KINDS, type ChannelKindName } from "./channels/index.ts";
import { createNotifier, type PeopleNotifier } from "./deliver.ts";
import { createNotificationChannels, type NotificationChannels } from "./manage-channels.ts";
import { createPushKeys } from "./push-keys.ts";

// Goal: what happens is told to each channel that wants it, in the form its receiver takes, at least once; a channel that is dead,
// hangs or was removed delays nobody; a storm is one message.
// Method: payments by the real core, receivers by the sandbox, which checks signatures and opens what is sealed.

let fixture: PaymentFixture;
let sandbox: Sandbox;
let folder: string;
let box: SealedBox;
let channels: NotificationChannels;
let notifier: PeopleNotifier;
let notifierDeps: Parameters<typeof createNotifier>[0];
let dispatcher: Lanes;
let settings: Record<ChannelKindName, Record<string, unknown>>;
const logged: string[] = [];

const note = (event: string, fields: Record<string, unknown> = {}) =>
  void logged.push(JSON.stringify({ event, ...fields }));
const log = { info: note, warn: note, error: note };

beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(join(tmpdir(), "notifications-"));
  const { clock } = fixture;
  // The package that signs for push services reads the system's clock.
  clock.advance(Date.now() - clock.now().getTime());
  sandbox = await startSandbox({ port: 0, dataDir: folder, clock });
  box = createSealedBox(new Secret<Uint8Array>(new Uint8Array(32).fill(7)));
  const { pool } = fixture.database;
  const common = { pool, box, clock, policy: { allowPrivate: false, allowLoopback: true } };
  channels = createNotificationChannels(common);
  const pushKeys = createPushKeys({ pool, box });
  notifierDeps = { ...common, pushKeys, log, publicUrl: "https://shop.example", random: () => 0.5 };
  notifier = createNotifier(notifierDeps);
  dispatcher = createLanes({ turn: notifier.turn, due: notifier.dueChannels, onError: () => {} });
  settings = (await control()).settings;
  await pool.query(
    `insert into admin_users (id, email, password_hash, role, created_at) values ('usr_1', 'owner@shop.example', '$scrypt$x', 'owner', now())`,
  );
});
afterEach(async () => {
  const { pool } = fixture.database;
  await control({ clear: true });
  await pool.query("delete from notifications; delete from notification_channels; delete from alerts");
  logged.length = 0;
});
afterAll(async () => {
  await dispatcher.stop();
  await sandbox.close();
  await fixture.close();
  await rm(folder, { recursive: true });
});

interface Shown {
  readonly settings: typeof settings;
  readonly messages: readonly { receiver: string; title: string; text: string; raw: Record<string, unknown> }[];
  readonly turnedAway: readonly { receiver: string; why: string }[];
}

async function control(body?: object): Promise<Shown> {
  const post = { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`${sandbox.url}/control/receivers`, body === undefined ? {} : post);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Shown;
}

const QUIET_NEVER = { quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true };
const EVERYTHING = "payment_received refund_done payment_trouble refund_trouble differences other channel disk".split(
  " ",
);

async function add(kind: ChannelKindName, choices: Partial<ChannelChoices> = {}, change: object = {}): Promise<string> {
  const all: ChannelChoices = {
    ...{ name: kind, events: EVERYTHING, roles: [], language: "zh-CN", amountMin: 0 },
    ...QUIET_NEVER,
    ...choices,
  };
  const device = kind === "web_push" ? { adminUserId: "usr_1" } : {};
  const { channel } = await channels.create(
    { kind, choices: all, settings: { ...settings[kind], ...change }, ...device },
    "test",
  );
  return channel.id;
}

async function pay(price: string): Promise<{ id: string; outTradeNo: string }> {
  const order = await fixture.order({ items: [{ name: "冻柠茶", price, quantity: 1 }] });
  await fixture.payAndNotify(await fixture.open(order.id));
  return order;
}

/** The sweep's part, to its end. */
async function deliver(): Promise<void> {
  for (const id of await notifier.dueChannels()) while ((await notifier.turn(id)) === "again");
}

const alert = (cause: string, kind: "learner_stopped" | "health_disk" = "learner_stopped") =>
  raiseAlert(fixture.database.pool, { kind, cause, orderId: null, detail: {}, at: fixture.clock.now() });

async function deliveries(channelId: string) {
  const { rows } = await fixture.database.pool.query(
    `select d.status, d.tries, d.last_answer as answer, d.check_at as "checkAt", n.kind
       from notification_deliveries d join notifications n on n.id = d.notification_id
      where channel_id = $1 order by notification_id`,
    [channelId],
  );
  return rows;
}

test("a payment arrives at a receiver of each form, with amount, order and link", async () => {
  for (const kind of CHANNEL_KINDS) await add(kind);
  const order = await pay("38.50");
  await deliver();
  const { messages, turnedAway } = await control();
  expect(turnedAway).toEqual([]);
  expect(messages.map(({ receiver }) => receiver).toSorted()).toEqual(CHANNEL_KINDS.toSorted());
  for (const { receiver, title, text, raw } of messages) {
    expect(title, receiver).toContain("微信收款 ¥38.50");
    expect(receiver === "official_account" ? JSON.stringify(raw) : `${text}${JSON.stringify(raw)}`, receiver).toContain(
      order.outTradeNo,
    );
    if (receiver !== "email") {
      expect(JSON.stringify(raw), receiver).toContain(`https://shop.example/admin/orders/${order.id}`);
    }
  }
  const { rows } = await fixture.database.pool.query(
    "select status, count(*)::int from notification_deliveries group by status",
  );
  expect(rows).toEqual([{ status: "sent", count: CHANNEL_KINDS.length }]);
});

test("nothing is written where no channel wants a payment, and none below the channel's amount", async () => {
  const id = await add("wecom", { events: ["disk"] });
  await pay("12.00");
  const { rows } = await fixture.database.pool.query("select count(*)::int from notifications");
  expect(rows).toEqual([{ count: 0 }]);
  const above = await add("webhook", { amountMin: 1_000 });
  await pay("9.99");
  await pay("10.00");
  await deliver();
  expect(await deliveries(id)).toEqual([]);
  expect(await deliveries(above)).toMatchObject([{ kind: "payment_received", status: "sent" }]);
});

test("one channel hangs, one answers 500: the others have theirs, and the row says when it is tried again", async () => {
  const [hanging, broken, well] = [await add("webhook"), await add("dingtalk"), await add("wecom")];
  await control({ receiver: "webhook", mode: "hang" });
  await control({ receiver: "dingtalk", mode: "error" });
  await pay("1.00");
  await dispatcher.sweep();
  await expect.poll(async () => (await control()).messages.length, { timeout: 5_000 }).toBe(1);
  await expect.poll(async () => (await deliveries(broken))[0].tries).toBe(1);
  // The one that hangs is still at its first try.
  expect(await deliveries(hanging)).toMatchObject([{ status: "pending", tries: 0 }]);
  expect(await deliveries(well)).toMatchObject([{ status: "sent", answer: "0 ok" }]);
  const [row] = await deliveries(broken);
  expect(row).toMatchObject({ status: "pending", answer: "HTTP 500" });
  expect(row.checkAt.getTime()).toBe(fixture.clock.now().getTime() + 5 * SECOND_MS);
  // Answered at last, and told again when it is due.
  await control({ receiver: "webhook", mode: "ok" });
  await control({ receiver: "dingtalk", mode: "ok" });
  fixture.clock.advance(5 * SECOND_MS);
  await deliver();
  expect(await deliveries(broken)).toMatchObject([{ status: "sent", tries: 2 }]);
});

test("a robot that was removed is disabled: people are told by the other channels, and nothing more is sent to it", async () => {
  const [gone, well] = [await add("feishu"), await add("wecom")];
  await control({ receiver: "feishu", mode: "revoked" });
  await pay("2.00");
  await deliver();
  await deliver();
  const { rows } = await fixture.database.pool.query(
    "select disabled_why as why from notification_channels where id = $1",
    [gone],
  );
  expect(rows[0].why).toMatch(/^19001 /);
  expect((await deliveries(well)).map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    "payment_received sent",
    "channel_disabled sent",
  ]);
  await pay("3.00");
  expect(await deliveries(gone)).toMatchObject([{ status: "given_up" }]);
  // A person enters a new address: it is over, and the others hear so.
  await control({ receiver: "feishu", mode: "ok" });
  const { setChannelPaused } = await import("#lib/storage/notifications/notification-channels.ts");
  const change = { actor: "test", at: fixture.clock.now() };
  await setChannelPaused(fixture.database.pool, { id: gone, paused: false }, change);
  await deliver();
  expect((await deliveries(well)).at(-1)).toMatchObject({ kind: "channel_disabled", status: "sent" });
  expect((await control()).messages[0]?.title).toBe("已恢复：通知渠道已停用");
});

test("a thousand alerts in a minute become a few messages and digests, and nothing of them is lost", async () => {
  const id = await add("wecom");
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(Array.from({ length: 100 }, (_, each) => alert(`storm:${batch}:${each}`)));
    await deliver();
    fixture.clock.advance(5 * SECOND_MS);
  }
  await alert("storm:critical", "health_disk");
  await deliver();
  fixture.clock.advance(MINUTE_MS);
  await deliver();
  const { messages } = await control();
  // A digest at once, the critical one by itself, and a digest of the rest.
  expect(messages.map(({ title }) => title)).toEqual(["900 条通知", "磁盘快满了", "100 条通知"]);
  expect(messages[2]?.text).toContain("智能优惠已自动停用 × 100");
  const rows = await deliveries(id);
  expect(rows).toHaveLength(1_001);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["sent"]));
});

test("a process that dies between sending and writing it down leaves the row: it is told again under the same id", async () => {
  const id = await add("webhook");
  await pay("5.00");
  const { pool } = fixture.database;
  const dying = { query: pool.query.bind(pool), connect: () => Promise.reject(new Error("the process is gone")) };
  const dead = createNotifier({ ...notifierDeps, pool: dying as never });
  await expect(dead.turn(id)).rejects.toThrow();
  expect((await control()).messages).toHaveLength(1);
  // Nobody else speaks to the channel while the lease of the dead lasts.
  expect(await notifier.dueChannels()).toEqual([]);
  expect(await notifier.turn(id)).toBe("idle");
  fixture.clock.advance(47 * SECOND_MS);
  await deliver();
  expect(await deliveries(id)).toMatchObject([{ status: "sent", tries: 1 }]);
  const ids = (await control()).messages.map(({ raw }) => JSON.stringify(raw).match(/ntf_\d+/)?.[0]);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test("two workers at once send a message once", async () => {
  await add("wecom");
  await pay("6.00");
  const [id = ""] = await notifier.dueChannels();
  const turns = await Promise.all(Array.from({ length: 8 }, () => notifier.turn(id)));
  expect(turns.filter((turn) => turn === "again")).toHaveLength(1);
  expect((await control()).messages).toHaveLength(1);
});

test("what keeps failing is told to the other channels once, and that it is over", async () => {
  const [failing, well] = [await add("webhook"), await add("wecom", { events: ["channel"] })];
  await control({ receiver: "webhook", mode: "error" });
  await pay("7.00");
  for (let tries = 1; tries <= 5; tries++) {
    await deliver();
    fixture.clock.advance(2 * MINUTE_MS);
  }
  expect((await deliveries(well)).map(({ kind }) => kind)).toEqual(["channel_failing"]);
  expect((await deliveries(failing))[0]).toMatchObject({ status: "pending", answer: "HTTP 500" });
  await control({ receiver: "webhook", mode: "ok" });
  fixture.clock.advance(10 * MINUTE_MS);
  await deliver();
  await deliver();
  expect((await control()).messages.filter(({ receiver }) => receiver === "wecom").map(({ title }) => title)).toEqual([
    "已恢复：通知渠道送不到",
    "通知渠道送不到",
  ]);
});

test("a device of somebody who may no longer come in is told nothing more", async () => {
  const id = await add("web_push");
  const { pool } = fixture.database;
  await pool.query(
    "insert into admin_users (id, email, password_hash, role, created_at) values ('usr_2', 'second@shop.example', '$scrypt$x', 'owner', now())",
  );
  await pool.query("update admin_users set disabled_at = now() where id = 'usr_1'");
  await pay("8.00");
  await deliver();
  expect((await control()).messages).toEqual([]);
  expect(await deliveries(id)).toMatchObject([{ status: "given_up", answer: "its owner may no longer sign in" }]);
  await pool.query("update admin_users set disabled_at = null where id = 'usr_1'");
});

test("an inner address is refused when a channel is made, and again when it is sent to", async () => {
  const strict = createNotificationChannels({
    ...{ pool: fixture.database.pool, box, clock: fixture.clock },
    policy: { allowPrivate: false, allowLoopback: false },
  });
  const choices = { ...{ name: "x", events: ["disk"], roles: [], language: "zh-CN", amountMin: 0 }, ...QUIET_NEVER };
  const made = (url: string) => strict.create({ kind: "wecom", choices, settings: { url } }, "test");
  await expect(made("https://10.0.0.7/robot?key=1")).rejects.toMatchObject({ errors: [{ path: "target" }] });
  await expect(made("http://qyapi.weixin.qq.com/x?key=1")).rejects.toMatchObject({ errors: [{ path: "url" }] });
  const mail = { host: "127.0.0.1", port: 25, security: "none", from: "a@b.example", to: ["c@d.example"] };
  await expect(strict.create({ kind: "email", choices, settings: mail }, "test")).rejects.toMatchObject({
    errors: [{ path: "target" }],
  });
  const id = await add("email");
  const guarded = createNotifier({ ...notifierDeps, policy: { allowPrivate: false, allowLoopback: false } });
  expect(await guarded.test(id, "test")).toMatchObject({
    kind: "failed",
    answer: expect.stringContaining("not allowed"),
  });
  const robot = await add("wecom");
  expect(await guarded.test(robot, "test")).toMatchObject({
    kind: "failed",
    answer: expect.stringContaining("private"),
  });
});

test("neither the log nor what is kept of answers holds a secret of a channel", async () => {
  for (const kind of CHANNEL_KINDS) await add(kind);
  for (const receiver of CHANNEL_KINDS) await control({ receiver, mode: receiver === "webhook" ? "revoked" : "error" });
  await pay("9.00");
  await deliver();
  const { pool } = fixture.database;
  const { rows: kept } = await pool.query("select to_jsonb(d) as row from notification_deliveries d");
  const { rows: states } = await pool.query(
    "select to_jsonb(c) - 'settings_sealed' as row from notification_channels c",
  );
  const { rows: audits } = await pool.query("select to_jsonb(a) as row from audit_log a");
  const text = JSON.stringify([logged, kept, states, audits]);
  expect(logged.length).toBeGreaterThan(6);
  const secrets = Object.values(settings).flatMap(({ url, secret, password, appSecret, endpoint, auth }) => [
    ...[secret, password, appSecret, auth],
    ...[url, endpoint].map((address) => (typeof address === "string" ? address.split("?")[1] : undefined)),
  ]);
  for (const secret of secrets) if (typeof secret === "string") expect(text).not.toContain(secret);
});

test("a payment is booked and an alert raised even where the news of it cannot be written", async () => {
  const id = await add("wecom");
  const { pool } = fixture.database;
  await pool.query(`create function refuse_news() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
    create trigger refuse_news before insert on notification_deliveries for each row execute function refuse_news()`);
  try {
    const { id: orderId } = await pay("4.00");
    await alert("unwritten");
    expect((await fixture.payments.order(orderId)).status).toBe("paid");
    const { rows } = await pool.query("select kind from alerts where cause = 'unwritten'");
    expect(rows).toHaveLength(1);
    expect(await deliveries(id)).toEqual([]);
  } finally {
    await pool.query("drop function refuse_news() cascade");
  }
});

test("a sentence of an alert that cannot be read holds up nothing", async () => {
  const id = await add("wecom");
  const detail = { evidence: '{"cut', next: '{"cut' };
  const raised = { kind: "health_disk", cause: "cut", orderId: null, detail, at: fixture.clock.now() } as const;
  await raiseAlert(fixture.database.pool, raised);
  await deliver();
  expect(await deliveries(id)).toMatchObject([{ kind: "health_disk", status: "sent" }]);
});

test("followers of an official account are written to at once, so that slow answers do not outlast the lease", async () => {
  const followers = ["one", "two", "three"];
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === "/cgi-bin/stable_token") {
      response.end(JSON.stringify({ access_token: "token", expires_in: 7_200 }));
      return;
    }
    open.push(response);
    // Answers come when all have asked: one after the other would wait for ever.
    if (open.length === followers.length) for (const each of open) each.end('{"errcode":0,"errmsg":"ok"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const id = await add("official_account", {}, { apiBase, openids: followers });
    expect(await notifier.test(id, "test")).toEqual({ kind: "sent", answer: "3 delivered" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("one person has a few devices at most, also when they are added at once", async () => {
  const device = (_: unknown, at: number) => add("web_push", {}, { endpoint: `${settings.web_push.endpoint}?${at}` });
  const adding = Array.from({ length: NOTIFICATION_DEVICES_PER_PERSON_MAX + 2 }, device);
  const answers = await Promise.allSettled(adding);
  const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  expect(refused).toHaveLength(2);
  for (const reason of refused) expect(reason).toMatchObject({ code: "conflict" });
  await add("wecom");
});
