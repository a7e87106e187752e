import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { RECEIPT_MAILS_PER_ADDRESS_MAX, RECEIPT_MAILS_PER_ORDER_MAX } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import { removeChannel } from "#lib/storage/notifications/notification-channels.ts";
import { readReceiptMailChannel, setReceiptMailChannel } from "#lib/storage/notifications/receipt-mails.ts";
import { paidOrder } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createNotificationChannels, type NotificationChannels } from "./manage-channels.ts";
import { createReceiptMails, type ReceiptMails } from "./receipt-mails.ts";

// Goal: a shopper who paid gets the receipt by e-mail where the shop allows it; a mail server that is away delays it and loses nothing;
// nobody sends mail to strangers by it, and the address is kept no longer than it is needed.

let fixture: PaymentFixture;
let sandbox: Sandbox;
let folder: string;
let channels: NotificationChannels;
let mails: ReceiptMails;
let mailSettings: Record<string, unknown>;
const logged: string[] = [];
const note = (event: string, fields: Record<string, unknown> = {}) =>
  void logged.push(JSON.stringify({ event, ...fields }));

beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(path.join(tmpdir(), "receipt-mails-"));
  sandbox = await startSandbox({ port: 0, dataDir: folder, clock: fixture.clock });
  const { clock, database } = fixture;
  const box = createSealedBox(new Secret<Uint8Array>(new Uint8Array(32).fill(7)));
  const common = { pool: database.pool, box, clock, policy: { allowPrivate: false, allowLoopback: true } };
  channels = createNotificationChannels(common);
  mails = createReceiptMails({
    ...common,
    addressKey: new Uint8Array(32).fill(9),
    shopName: async () => "老王茶餐厅",
    publicUrl: "https://shop.example",
    log: { info: note, warn: note },
  });
  mailSettings = (await control()).settings.email ?? {};
});
afterEach(async () => {
  await control({ clear: true, receiver: "email", mode: "ok" });
  await fixture.database.pool.query("delete from receipt_mails; delete from notification_channels; delete from alerts");
  logged.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await fixture.close();
  await rm(folder, { recursive: true });
});

interface Inbox {
  readonly settings: Readonly<Record<string, Record<string, unknown>>>;
  readonly messages: readonly { title: string; text: string; raw: { to?: unknown; source?: string } }[];
}

async function control(body?: object): Promise<Inbox> {
  const post = { method: "POST", body: JSON.stringify(body) };
  return (await (await fetch(`${sandbox.url}/control/receivers`, body === undefined ? {} : post)).json()) as Inbox;
}

async function allow(change: object = {}): Promise<string> {
  const choices = {
    ...{ name: "mail", events: ["other"], roles: [], language: "zh-CN", amountMin: 0 },
    ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
  };
  const given = { kind: "email", choices, settings: { ...mailSettings, ...change } } as const;
  const { channel } = await channels.create(given, "test");
  await choose(channel.id);
  return channel.id;
}

const choose = (channelId: string | null) =>
  setReceiptMailChannel(fixture.database.pool, channelId, { actor: "test", at: fixture.clock.now() });
const ask = (orderId: string, address = "zhang.san@example.com", language: "zh-CN" | "en" = "zh-CN") =>
  mails.request({ orderId, address, language });
const kept = () =>
  fixture.rows<Record<string, unknown>>(
    `select status, shown, tries, address_sealed is null as "isForgotten" from receipt_mails order by created_at, id`,
  );

const paid = async (): Promise<string> => (await paidOrder(fixture)).id;

async function sendAll(): Promise<void> {
  while ((await mails.turn()) === "again");
}

test("a paid order's receipt arrives once, in the reader's language, and its address is forgotten", async () => {
  await allow();
  const orderId = await paid();
  expect(await ask(orderId, " Zhang.San@example.com ")).toBe("taken");
  expect(await ask(orderId, "zhang.san@EXAMPLE.com")).toBe("same");
  expect(await kept()).toEqual([{ status: "pending", shown: "Z…@example.com", tries: 0, isForgotten: false }]);
  await sendAll();
  await sendAll();
  const { messages } = await control();
  expect(messages).toHaveLength(1);
  const [order] = await fixture.rows<{ number: string; due: number }>(
    "select out_trade_no as number, amount_due as due from orders where id = $1",
    [orderId],
  );
  expect(messages[0]?.title).toContain("老王茶餐厅 的付款收据 ¥");
  expect(messages[0]?.text).toContain(String(order?.number));
  expect(messages[0]?.text).toContain(`¥${((order?.due ?? 0) / 100).toFixed(2)}`);
  expect(messages[0]?.text).toContain(`https://shop.example/pay/${orderId}/receipt`);
  expect(await kept()).toEqual([{ status: "sent", shown: "Z…@example.com", tries: 1, isForgotten: true }]);
  expect(logged.join("\n").toLowerCase()).not.toContain("zhang");
  const other = await paid();
  await ask(other, "li@example.com", "en");
  await sendAll();
  expect((await control()).messages[0]?.title).toMatch(/^Your receipt from 老王茶餐厅/);
});

test("off by default, and once its channel is gone: nothing is taken and nothing is sent", async () => {
  const orderId = await paid();
  expect(await mails.isOffered()).toBe(false);
  expect(await ask(orderId)).toBe("off");
  const channelId = await allow();
  expect(await mails.isOffered()).toBe(true);
  expect(await ask(orderId)).toBe("taken");
  await removeChannel(fixture.database.pool, channelId, { actor: "test", at: fixture.clock.now() });
  expect(await readReceiptMailChannel(fixture.database.pool)).toBeNull();
  await sendAll();
  expect(await kept()).toMatchObject([{ status: "given_up", isForgotten: true }]);
  expect((await control()).messages).toHaveLength(0);
});

test("only a mail channel can be chosen", async () => {
  const { channel } = await channels.create(
    {
      kind: "webhook",
      choices: {
        ...{ name: "hook", events: ["other"], roles: [], language: "zh-CN", amountMin: 0 },
        ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
      },
      settings: { url: `${sandbox.url}/hook` },
    },
    "test",
  );
  await expect(choose(channel.id)).rejects.toThrow(/no mail channel/);
  expect(await readReceiptMailChannel(fixture.database.pool)).toBeNull();
});

test("no relay: paid orders alone, a few of each, a few to each address, and addresses that are ones", async () => {
  await allow();
  const unpaid = await fixture.order();
  expect(await ask(unpaid.id)).toBe("not_paid");
  expect(await ask("ord_nobody")).toBe("not_paid");
  const orderId = await paid();
  for (const address of ["", "zhang", "a@b", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com"]) {
    expect(await ask(orderId, address), address).toBe("invalid");
  }
  const answers = await Promise.all(
    Array.from({ length: RECEIPT_MAILS_PER_ORDER_MAX + 3 }, (_, place) => ask(orderId, `a${place}@example.com`)),
  );
  expect(answers.filter((answer) => answer === "taken")).toHaveLength(RECEIPT_MAILS_PER_ORDER_MAX);
  expect(answers.filter((answer) => answer === "too_many_of_order")).toHaveLength(3);
  const orders: string[] = [];
  for (let count = 0; count < RECEIPT_MAILS_PER_ADDRESS_MAX + 2; count++) orders.push(await paid());
  const toOne = await Promise.all(orders.map((each) => ask(each, "victim@example.com")));
  expect(toOne.filter((answer) => answer === "taken")).toHaveLength(RECEIPT_MAILS_PER_ADDRESS_MAX);
  expect(toOne.filter((answer) => answer === "too_many_to_address")).toHaveLength(2);
  fixture.clock.advance(DAY_MS + 1);
  expect(await ask(await paid(), "victim@example.com")).toBe("taken");
});

test("a mail server that is away is tried again; after a day it is given up, and people are told once", async () => {
  await allow();
  await control({ receiver: "email", mode: "error" });
  const first = await paid();
  await ask(first);
  await sendAll();
  expect(await kept()).toMatchObject([{ status: "pending", tries: 1, isForgotten: false }]);
  // Not due yet: nobody hammers a server that is away.
  await sendAll();
  expect(await kept()).toMatchObject([{ tries: 1 }]);
  await control({ receiver: "email", mode: "ok" });
  fixture.clock.advance(MINUTE_MS);
  await sendAll();
  expect(await kept()).toMatchObject([{ status: "sent", tries: 2, isForgotten: true }]);

  await control({ receiver: "email", mode: "error" });
  const second = await paid();
  await ask(second);
  for (let hours = 0; hours < 30; hours++) {
    await sendAll();
    fixture.clock.advance(HOUR_MS);
  }
  expect((await kept())[1]).toMatchObject({ status: "given_up", isForgotten: true });
  expect(await fixture.rows("select kind, event_of_alert(kind) as event from alerts")).toEqual([
    { kind: "receipt_mail_failing", event: "channel" },
  ]);
});

test("a mailbox that does not exist is given up at once, without its address in the answer", async () => {
  await allow();
  await control({ receiver: "email", mode: "revoked" });
  await ask(await paid());
  await sendAll();
  expect(await kept()).toMatchObject([{ status: "given_up", tries: 1, isForgotten: true }]);
  expect(logged.join("\n")).not.toContain("zhang");
});

test("a process that dies while it sends leaves the mail to the next one", async () => {
  await allow();
  const orderId = await paid();
  await ask(orderId);
  const lease = fixture.rows("update receipt_mails set check_at = $1, tries = 1 returning id", [
    new Date(fixture.clock.now().getTime() + 45_000),
  ]);
  expect(await lease).toHaveLength(1);
  await sendAll();
  expect((await control()).messages).toHaveLength(0);
  fixture.clock.advance(MINUTE_MS);
  expect(await mails.isDue()).toBe(true);
  await sendAll();
  expect((await control()).messages).toHaveLength(1);
});

test("what was sent never changes, and its address cannot be kept", async () => {
  await allow();
  const orderId = await paid();
  await ask(orderId);
  expect(await fixture.refusedBy("update receipt_mails set shown = 'b…@example.com'")).toBe("receipt_mail_fixed");
  expect(await fixture.refusedBy("update receipt_mails set status = 'sent', check_at = null, ended_at = now()")).toBe(
    "receipt_mail_address",
  );
  expect(await fixture.refusedBy("update receipt_mails set check_at = null")).toBe("receipt_mail_to_do");
  await sendAll();
  // A connection that broke was a failed try; the next comes within a minute.
  fixture.clock.advance(MINUTE_MS);
  await sendAll();
  expect(await kept()).toMatchObject([{ status: "sent", isForgotten: true }]);
  expect(await fixture.refusedBy("update receipt_mails set tries = 9")).toBe("receipt_mail_fixed");
});
