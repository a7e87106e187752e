import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listEpayAccounts, listEpayNotices, resendEpayNotice } from "#lib/storage/epay/epay-accounts.ts";
import { EpayDoor, type EpayFields, plainSign, signed } from "#lib/testing/epay-door.ts";

// Goal: a key of the epay door works from when it is shown until it is replaced or ended, and never again after that; a notice that is
// sent again arrives.

let door: EpayDoor;
beforeAll(async () => {
  door = await EpayDoor.open();
});
beforeEach(() => door.reset());
afterAll(() => door.close());

const OWNER = "owner@shop.test";
const accounts = () => door.edge.container.epayAccounts;
const listed = async (pid: string) =>
  (await listEpayAccounts(door.edge.database.pool)).find((account) => account.pid === pid);
const audit = (pid: string) =>
  door.edge.rows<{ action: string; actor: string }>(
    "select action, actor from audit_log where subject = $1 order by id",
    [pid],
  );

/** Whether an order is made for a form that is signed with this key. */
async function works(pid: string, key: string): Promise<boolean> {
  const fields: EpayFields = door.fields({ pid });
  const { code } = (await (await door.byForm("/mapi.php", signed(fields, plainSign(fields, key)))).json()) as {
    code: number;
  };
  return code === 1;
}

test("a key works until it is replaced or ended, and an account is used again with a new one only", async () => {
  const first = await accounts().create({ name: "panel", mayRefund: false }, OWNER);
  const { pid } = first;
  expect(first.key).toMatch(/^[A-HJ-NP-Za-km-z2-9]{32}$/);
  expect(await listed(pid)).toMatchObject({ name: "panel", lastUsedAt: null, keyChangedAt: null });
  expect(await works(pid, first.key)).toBe(true);
  expect(await listed(pid)).toMatchObject({ lastUsedAt: door.edge.clock.now(), orders: 1 });

  door.edge.clock.advance(60_000);
  const second = await accounts().replaceKey(pid, OWNER);
  expect([await works(pid, first.key), await works(pid, second?.key ?? "")]).toEqual([false, true]);
  expect(await listed(pid)).toMatchObject({ keyChangedAt: door.edge.clock.now() });

  expect(await accounts().disable(pid, OWNER)).toBe(true);
  expect(await works(pid, second?.key ?? "")).toBe(false);
  door.edge.clock.advance(60_000);
  const third = await accounts().replaceKey(pid, OWNER);
  expect([await works(pid, second?.key ?? ""), await works(pid, third?.key ?? "")]).toEqual([false, true]);
  expect(await audit(pid)).toEqual(
    ["epay.create", "epay.rotate", "epay.disable", "epay.enable"].map((action) => ({ action, actor: OWNER })),
  );
  expect([await accounts().replaceKey("9999", OWNER), await accounts().disable("9999", OWNER)]).toEqual([null, false]);
});

test("Postgres lets no account be used again with the key that it was ended with", async () => {
  const { pid } = await accounts().create({ name: "panel", mayRefund: false }, OWNER);
  await accounts().disable(pid, OWNER);
  for (const change of ["disabled_at = null", "disabled_at = null, key_changed_at = created_at - interval '1 day'"]) {
    await expect(door.edge.rows(`update epay_accounts set ${change} where pid = $1`, [pid])).rejects.toMatchObject({
      constraint: "epay_account_fixed",
    });
  }
});

test("the last use is kept by the minute, and a wrong key is no use", async () => {
  const { pid, key } = await accounts().create({ name: "panel", mayRefund: false }, OWNER);
  expect(await works(pid, "wrong")).toBe(false);
  expect((await listed(pid))?.lastUsedAt).toBeNull();
  await works(pid, key);
  const used = door.edge.clock.now();
  door.edge.clock.advance(30_000);
  await works(pid, key);
  expect((await listed(pid))?.lastUsedAt).toEqual(used);
  door.edge.clock.advance(31_000);
  await works(pid, key);
  expect((await listed(pid))?.lastUsedAt).toEqual(door.edge.clock.now());
});

test("a notice is listed with what the software answered, and is sent again when it is asked for", async () => {
  const { pool } = door.edge.database;
  const orderId = await door.submit(door.fields());
  const again = () => resendEpayNotice(pool, orderId, { actor: OWNER, at: door.edge.clock.now() });
  const notice = async () => (await listEpayNotices(pool, door.pid, { state: null, limit: 1 }))[0];
  expect(await again()).toBe(false);
  await door.pay(orderId);
  expect(await notice()).toMatchObject({ orderId, state: "due", tries: 0, amount: 1_250 });
  expect(await again()).toBe(false);
  await door.tellAll();
  expect(await notice()).toMatchObject({ state: "told", tries: 1, lastAnswer: "success" });
  expect(await again()).toBe(true);
  await door.tellAll();
  expect(door.heard.map((query) => query.get("trade_no"))).toEqual([orderId, orderId]);
  expect(await notice()).toMatchObject({ state: "told", tries: 1 });
  expect(await listEpayNotices(pool, door.pid, { state: "given_up", limit: 1 })).toEqual([]);
  expect(await audit(orderId)).toEqual([{ action: "epay.resend", actor: OWNER }]);
});
