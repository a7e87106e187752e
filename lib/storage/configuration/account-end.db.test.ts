import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { Notification, PaidTrade } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { violatedConstraint } from "../errors.ts";
import { inTransaction } from "../transaction.ts";
import {
  type AccountRow,
  activateAccount,
  endRetiredAccounts,
  listAccounts,
  listRetiredAccounts,
  revokeAccount,
} from "./gateway-accounts.ts";

// Goal: a replaced account loses its power: some days after its last open payment, at once when a person says so, and the sandbox
// the moment real credentials are put in use. The sandbox's orders are no longer notified from then on.

let fixture: PaymentFixture;
beforeEach(async () => {
  fixture = await paymentFixture();
});
afterEach(() => fixture.close());

const accountOf = (id: string, change: Partial<AccountRow> = {}): AccountRow => ({
  ...{ id, protocol: "v3", appId: "wx1", merchantNumber: "1900000009", sandbox: false, sealed: Buffer.from("") },
  fingerprint: randomBytes(32),
  ...change,
});
const activate = (account: AccountRow | Pick<AccountRow, "id" | "sandbox">) =>
  inTransaction(fixture.database.pool, (client) => activateAccount(client, account));
const believed = async () =>
  (await listAccounts(fixture.database.pool)).filter(({ isBelieved }) => isBelieved).map(({ id }) => id);
const endOf = async (id: string) => (await listRetiredAccounts(fixture.database.pool)).find((one) => one.id === id);

async function attemptOf(accountId: string): Promise<string> {
  const order = await fixture.order();
  const id = `att_${randomUUID()}`;
  await fixture.rows(
    `insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, created_at, check_at)
     values ($1, $2, 1, $3, $4, 'native', 1800, now(), now() + interval '1 hour')`,
    [id, order.id, accountId, order.outTradeNo],
  );
  return id;
}

describe("a replaced account", () => {
  test("without open payments ends after seven days", async () => {
    await activate(accountOf("acc_one"));
    await activate(accountOf("acc_two"));
    expect(await believed()).toContain("acc_one");
    const days = ((await endOf("acc_one"))?.noticesUntil?.getTime() ?? 0) - Date.now();
    expect(Math.round(days / 86_400_000)).toBe(7);
    await fixture.rows("update gateway_accounts set notices_until = now() - interval '1 second' where id = 'acc_one'");
    expect(await believed()).toEqual(["acc_two"]);
  });

  test("with an open payment has no end until that one has", async () => {
    await activate(accountOf("acc_one"));
    const attempt = await attemptOf("acc_one");
    await activate(accountOf("acc_two"));
    const until = new Date(Date.now() + MINUTE_MS);
    await endRetiredAccounts(fixture.database.pool, until);
    expect(await endOf("acc_one")).toMatchObject({ noticesUntil: null, openAttempts: 1 });
    await fixture.rows(
      "update payment_attempts set status = 'closed', check_at = null, ended_at = now() where id = $1",
      [attempt],
    );
    await endRetiredAccounts(fixture.database.pool, until);
    expect(await endOf("acc_one")).toMatchObject({ noticesUntil: until, openAttempts: 0 });
  });

  test("put in use again has no end any more", async () => {
    await activate(accountOf("acc_one"));
    await activate(accountOf("acc_two"));
    expect(await activate({ id: "acc_one", sandbox: false })).toMatchObject({ result: "activated" });
    expect((await listRetiredAccounts(fixture.database.pool)).map(({ id }) => id)).not.toContain("acc_one");
  });

  test("revoked is believed no more and stays so; its open payments are asked about at once", async () => {
    const { pool } = fixture.database;
    const one = accountOf("acc_one");
    await activate(one);
    const attempt = await attemptOf("acc_one");
    await expect(revokeAccount(pool, { id: "acc_one", actor: "li" })).rejects.toMatchObject({ code: "conflict" });
    await expect(revokeAccount(pool, { id: "acc_none", actor: "li" })).rejects.toMatchObject({ code: "not_found" });
    await activate(accountOf("acc_two"));
    const results = await Promise.all([1, 2, 3].map(() => revokeAccount(pool, { id: "acc_one", actor: "li" })));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await believed()).toEqual(["acc_two"]);
    expect(
      await fixture.rows("select check_at <= now() as due from payment_attempts where id = $1", [attempt]),
    ).toEqual([{ due: true }]);
    const audit = "select actor from audit_log where action = 'gateway_account.revoked' and subject = 'acc_one'";
    expect(await fixture.rows(audit)).toEqual([{ actor: "li" }]);
    for (const again of [one, { id: "acc_one", sandbox: false }]) {
      await expect(activate(again)).rejects.toMatchObject({ code: "conflict" });
    }
    const revive = fixture.rows("update gateway_accounts set revoked_at = null where id = 'acc_one'");
    expect(await revive.then(() => null, violatedConstraint)).toBe("account_revoked");
  });
});

describe("going live", () => {
  async function listen() {
    const events = "'{order.paid,order.closed,payment.late,order.amount_mismatch}'";
    await fixture.rows(
      `insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_1', 'https://shop.example/', ${events}, ''::bytea)`,
    );
  }

  const send = (trade: PaidTrade) => {
    const notice: Notification = {
      ...{
        kind: "payment",
        protocol: "v3",
        accountId: "acc_memory",
        accountIds: ["acc_memory"],
        noticeId: randomUUID(),
      },
      trade,
    };
    return fixture.payments.receiveNotification(fixture.gateways.noticeOf(notice));
  };
  const eventsOf = (orderId: string) => fixture.rows("select type from webhook_events where order_id = $1", [orderId]);

  test("closes the sandbox's orders and tells no one, not even of money that comes late", async () => {
    await listen();
    const opened = await fixture.order();
    const trade = fixture.wechat.pay(await fixture.open(opened.id));
    const plain = await fixture.order();
    await activate(accountOf("acc_real"));
    for (const { id } of [opened, plain]) expect((await fixture.payments.order(id)).status).toBe("closed");
    expect(await believed()).toEqual(["acc_real"]);
    // A process that still believes the sandbox.
    expect(await send(trade)).toMatchObject({ result: "late" });
    expect((await fixture.payments.order(opened.id)).status).toBe("closed");
    for (const { id } of [opened, plain]) expect(await eventsOf(id)).toEqual([]);
  });

  test("what the sandbox had to tell is not delivered any more", async () => {
    await listen();
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    expect(await eventsOf(order.id)).toEqual([{ type: "order.paid" }]);
    await activate(accountOf("acc_real"));
    expect(await fixture.rows("select status, check_at from webhook_deliveries")).toEqual([
      { status: "given_up", check_at: null },
    ]);
  });

  test("the sandbox opens nothing more, in Postgres too; a new order is the real account's", async () => {
    await activate(accountOf("acc_real"));
    const order = await fixture.order();
    await expect(fixture.open(order.id)).rejects.toMatchObject({ code: "gateway_unavailable" });
    expect(await attemptOf("acc_memory").then(() => null, violatedConstraint)).toBe("attempt_sandbox");
    expect(await attemptOf("acc_real")).toMatch(/^att_/);
    expect((await fixture.payments.order(order.id)).status).toBe("pending");
  });

  test("from one real account to the next nothing is closed", async () => {
    await activate(accountOf("acc_real"));
    const order = await fixture.order();
    await activate(accountOf("acc_next"));
    expect((await fixture.payments.order(order.id)).status).toBe("pending");
  });
});
