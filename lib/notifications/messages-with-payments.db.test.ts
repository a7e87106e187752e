import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { balanceOf } from "#lib/testing/payment-queries.ts";

// Goal: a payment and the message about it are written together, also while the disk is full; only a fault of ours in writing
// the message is forgiven, so that it holds up no payment.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.rows(
    `insert into notification_channels (id, kind, name, settings_sealed, target, events, created_at, created_by)
     values ('nch_1', 'wecom', 'a', '\\x00', 't', '{payment_received}', now(), 'test')`,
  );
});
afterEach(() => fixture.rows("drop trigger if exists broken on notifications"));
afterAll(() => fixture.close());

/** From now on a message cannot be written, for this reason. */
async function breakMessages(code: string): Promise<void> {
  await fixture.rows(
    `create or replace function refuse() returns trigger language plpgsql as $$
     begin raise exception 'made to fail' using errcode = '${code}'; end $$`,
  );
  await fixture.rows("create trigger broken before insert on notifications for each row execute function refuse()");
}

async function paid() {
  const { id, outTradeNo } = await fixture.order();
  await fixture.open(id);
  const notice = fixture.gateways.noticeOfPayment(fixture.wechat.pay(outTradeNo));
  return { id, receive: () => fixture.payments.receiveNotification(notice) };
}
const messagesOf = (id: string) => fixture.rows("select event from notifications where order_id = $1", [id]);

test.each(["53100", "53200", "40P01", "58030"])(
  "%s: nothing is booked, and the repeated notice books it with its message",
  async (code) => {
    const { id, receive } = await paid();
    await breakMessages(code);
    await receive().catch(() => {});
    expect([(await fixture.payments.order(id)).status, await balanceOf(fixture, id)]).toEqual(["pending", {}]);
    await fixture.rows("drop trigger broken on notifications");
    expect(await receive()).toMatchObject({ kind: "accepted", result: "settles" });
    expect(await messagesOf(id)).toEqual([{ event: "payment_received" }]);
  },
);

test("a fault of ours in the message holds up no payment", async () => {
  const { id, receive } = await paid();
  await breakMessages("22012");
  expect(await receive()).toMatchObject({ kind: "accepted", result: "settles" });
  expect((await fixture.payments.order(id)).status).toBe("paid");
  expect(await messagesOf(id)).toEqual([]);
});

test("no function forgives every fault", async () => {
  const forgiving = await fixture.rows<{ name: string }>(
    `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and p.prosrc ~ 'when others' and p.prosrc !~ 'forgive_fault'`,
  );
  expect(forgiving).toEqual([]);
});
