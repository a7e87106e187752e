import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { DAY_MS, MINUTE_MS } from "#lib/base/time.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import { raiseAlert } from "#lib/storage/operations/alerts.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { listAnswers } from "#lib/storage/refunds/refund-approvals.ts";
import { paidOrder } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import type { ChannelKindName } from "./channels/index.ts";
import { createNotifier, type PeopleNotifier } from "./deliver.ts";
import { createNotificationChannels, type NotificationChannels } from "./manage-channels.ts";
import { createPushKeys } from "./push-keys.ts";

// Goal: what is one person's own reaches that person, by device and by mail, and nobody else through it; the shop's channels hear of
// accounts only where the shop chose so; who asked for a refund hears what became of it.

let fixture: PaymentFixture;
let sandbox: Sandbox;
let folder: string;
let channels: NotificationChannels;
let notifier: PeopleNotifier;
let settings: Record<string, Record<string, unknown>>;

beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(path.join(tmpdir(), "personal-news-"));
  const { clock, database } = fixture;
  clock.advance(Date.now() - clock.now().getTime());
  sandbox = await startSandbox({ port: 0, dataDir: folder, clock });
  const box = createSealedBox(new Secret<Uint8Array>(new Uint8Array(32).fill(7)));
  const { pool } = database;
  const common = { pool, box, clock, policy: { allowPrivate: false, allowLoopback: true } };
  channels = createNotificationChannels(common);
  const log = { info() {}, warn() {} };
  notifier = createNotifier({
    ...common,
    pushKeys: createPushKeys({ pool, box }),
    log,
    publicUrl: "https://shop.example",
  });
  settings = (await control()).settings;
  await pool.query(
    `insert into admin_users (id, email, role, password_hash, created_at)
     select 'usr_' || role, role || '@shop.test', role, '$scrypt$x', now() from unnest(array['owner', 'finance', 'clerk']) as role`,
  );
});
afterEach(async () => {
  await control({ clear: true, receiver: "email", mode: "ok" });
  await fixture.rows("update admin_users set disabled_at = null");
  await fixture.database.pool.query("delete from notifications; delete from notification_channels; delete from alerts");
});
afterAll(async () => {
  await sandbox.close();
  await fixture.close();
  await rm(folder, { recursive: true });
});

interface PersonalInbox {
  readonly settings: Record<string, Record<string, unknown>>;
  readonly messages: readonly { receiver: string; title: string; text: string; raw: { to?: readonly string[] } }[];
}

async function control(body?: object): Promise<PersonalInbox> {
  const post = { method: "POST", body: JSON.stringify(body) };
  return (await (
    await fetch(`${sandbox.url}/control/receivers`, body === undefined ? {} : post)
  ).json()) as PersonalInbox;
}

async function add(kind: ChannelKindName, events: readonly string[], more: object = {}): Promise<string> {
  const choices = {
    ...{ name: kind, events, roles: [], language: "zh-CN", amountMin: 0 },
    ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
  };
  fixture.clock.advance(1);
  const { channel } = await channels.create({ kind, choices, settings: settings[kind] ?? {}, ...more }, "test");
  return channel.id;
}

async function deliver(): Promise<void> {
  for (const id of await notifier.dueChannels()) while ((await notifier.turn(id)) === "again");
}

const audit = (action: string, subject: string, detail = {}) =>
  recordAudit(fixture.database.pool, { actor: "owner@shop.test", action, subject, detail, at: fixture.clock.now() });
/** The oldest first. */
const arrived = async () =>
  (await control()).messages
    .map(({ receiver, title, raw }) => [receiver, title, ...(receiver === "email" ? (raw.to ?? []) : [])])
    .toReversed();

test("a change of one's own account is mailed to that person alone and pushed to their device, whatever was chosen there", async () => {
  await add("email", ["other"]);
  await add("web_push", ["payment_received"], { adminUserId: "usr_clerk" });
  await add("wecom", ["payment_received"]);
  await audit("user.password", "usr_clerk");
  await deliver();
  expect((await arrived()).toSorted()).toEqual([
    ["email", "[灵付] 你的账号：登录密码已更改", "clerk@shop.test"],
    ["web_push", "你的账号：登录密码已更改"],
  ]);
});

test("by mail once, through the channel that has been there longest; to nobody who has left", async () => {
  await add("email", ["other"]);
  await add("email", ["other"]);
  await audit("recovery.use", "usr_finance");
  await deliver();
  expect(await arrived()).toEqual([["email", "[灵付] 你的账号：用恢复码登录了", "finance@shop.test"]]);
  await fixture.rows("update admin_users set disabled_at = now() where id = 'usr_clerk'");
  await audit("user.role", "usr_clerk");
  await deliver();
  expect(await arrived()).toHaveLength(1);
});

test("a group hears of people's accounts by name where the shop chose so, and no other person's device does", async () => {
  await add("wecom", ["access"]);
  await add("web_push", ["access", "other"], { adminUserId: "usr_owner" });
  await audit("user.totp_off", "usr_clerk");
  await deliver();
  const { messages } = await control();
  expect(messages.map(({ receiver, title }) => [receiver, title])).toEqual([
    ["wecom", "clerk@shop.test：关闭了动态验证码"],
  ]);
  // A refused try changes nothing, and so is told to nobody.
  await audit("user.role", "usr_clerk", { failed: "conflict" });
  await deliver();
  expect((await control()).messages).toHaveLength(1);
});

test("own news is never summed up with what others read, also in a storm", async () => {
  await add("email", ["other", "access"]);
  for (let count = 0; count < 20; count++) {
    const cause = `storm-${count}`;
    await raiseAlert(fixture.database.pool, {
      ...{ kind: "learner_stopped", cause, orderId: null, detail: {}, at: fixture.clock.now() },
    });
  }
  await audit("user.password", "usr_clerk");
  await audit("user.password", "usr_finance");
  for (let minutes = 0; minutes < 4; minutes++) {
    await deliver();
    fixture.clock.advance(MINUTE_MS);
  }
  const mails = (await control()).messages;
  const to = (person: string) => mails.filter(({ raw }) => raw.to?.includes(person));
  for (const person of ["clerk@shop.test", "finance@shop.test"]) {
    expect(to(person).map(({ title, raw }) => [title, raw.to])).toEqual([
      ["[灵付] 你的账号：登录密码已更改", [person]],
    ]);
  }
  // The shop's own receivers got the rest.
  expect(to("owner@sandbox.example").length).toBeGreaterThan(0);
  expect(await fixture.rows("select 1 from notification_deliveries where status <> 'sent'")).toEqual([]);
});

test("who asked for a refund hears whether it was approved, with who decided and why", async () => {
  await fixture.rows("update refund_rules set approval_above = 100, approval_covers_api = false");
  await add("email", ["other"]);
  await add("web_push", ["payment_received"], { adminUserId: "usr_owner" });
  const asker = { kind: "person", actor: "owner@shop.test", userId: "usr_owner" } as const;
  const ask = async () => {
    const made = await fixture.payments.refundOrder({ orderId: (await paidOrder(fixture)).id, amount: 900, asker });
    if (made.kind !== "requested") throw new Error("nothing was kept");
    return made.refund.id;
  };
  const by = { userId: "usr_finance", actor: "finance@shop.test" };
  const [yes, no, late] = [await ask(), await ask(), await ask()];
  await fixture.payments.answerApproval({ refundId: yes, decision: "approved", by, reason: null });
  await fixture.payments.answerApproval({ refundId: no, decision: "declined", by, reason: "未见退货" });
  fixture.clock.advance(4 * DAY_MS);
  await fixture.payments.sweep();
  const news = await fixture.rows<{ kind: string; person: string; refund: string; by: string | null; reason: string }>(
    `select kind, person_id as person, detail ->> 'refundId' as refund, detail ->> 'decidedBy' as by, detail ->> 'reason' as reason
       from notifications where person_id is not null order by id`,
  );
  expect(news).toMatchObject([
    { kind: "refund_approval_approved", person: "usr_owner", refund: yes, by: "finance@shop.test" },
    { kind: "refund_approval_declined", person: "usr_owner", refund: no, by: "finance@shop.test", reason: "未见退货" },
    { kind: "refund_approval_expired", person: "usr_owner", refund: late, by: null },
  ]);
  const shown = (userId: string) =>
    listAnswers(fixture.database.pool, { userId, since: new Date(fixture.clock.now().getTime() - DAY_MS), limit: 5 });
  // Decided four days ago, and shown no more; the last one has just ended.
  expect(await shown("usr_owner")).toMatchObject([
    { refundId: late, decision: "expired", decidedBy: null, amount: 900 },
  ]);
  expect(await shown("usr_finance")).toEqual([]);
});
