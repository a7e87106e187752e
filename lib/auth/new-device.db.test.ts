import { beforeAll, expect, test } from "vitest";
import { adminsFixture } from "./testing/admins-fixture.ts";

// Goal: a person, and nobody else, hears of a sign-in from a device that was not theirs before.

const { own, visitor, person } = adminsFixture();
beforeAll(() => person("owner"));

/** A phone on which the person receives messages. */
async function phoneOf(userId: string, paused = false): Promise<string> {
  const id = `nch_${userId}${paused ? "_paused" : ""}`;
  await own.database.pool.query(
    `insert into notification_channels (id, kind, name, settings_sealed, target, events, admin_user_id, created_at, created_by, paused_at)
     values ($1, 'web_push', 'phone', '\\x00', 'phone', '{payment_received}', $2, now(), 'test', case when $3 then now() end)`,
    [id, userId, paused],
  );
  return id;
}

async function told() {
  const { rows } = await own.database.pool.query<{ channel: string; kind: string; address: string }>(
    `select d.channel_id as channel, n.kind, n.detail ->> 'address' as address
       from notification_deliveries d join notifications n on n.id = d.notification_id where d.status = 'pending' order by n.id`,
  );
  return rows;
}

test("a new device is told to its person's phones alone, the known one to nobody", async () => {
  const [who, other] = [await person(), await person()];
  const phone = await phoneOf(who.id);
  await phoneOf(who.id, true);
  await phoneOf(other.id);
  const from = visitor();
  const signed = await own.admins.signIn(who, from);
  const one = { channel: phone, kind: "new_device", address: from.address };
  expect(await told()).toEqual([one]);
  await own.admins.signIn(who, { ...visitor(), device: signed?.device ?? "" });
  await own.admins.signIn({ ...who, password: "wrong" }, visitor());
  expect(await told()).toEqual([one]);
});

test("somebody without a phone signs in all the same, and nothing is written", async () => {
  const before = await told();
  expect(await own.admins.signIn(await person(), visitor())).not.toBeNull();
  expect(await told()).toEqual(before);
});
