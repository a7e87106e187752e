import { beforeAll, describe, expect, test } from "vitest";
import { violatedConstraint } from "#lib/storage/errors.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import type { AdminSession } from "./admin-sessions.ts";
import { createAdmins } from "./admin-sign-in.ts";
import { adminsFixture, PUBLIC_URL } from "./testing/admins-fixture.ts";
import { SoftwarePasskey } from "./testing/software-passkey.ts";

// Goal: a passkey signs in its person alone, at this address alone, once for each challenge, and a copy of it signs in nobody.

const MINUTE = 60_000;
const { own, clock, deps, visitor, person, signedIn, codeOf, confirm } = adminsFixture();
beforeAll(() => person("owner"));

async function registered(session: AdminSession, passkey = new SoftwarePasskey({ origin: PUBLIC_URL })) {
  // The list is by age.
  clock.advance(1);
  const options = await own.admins.passkeys.beginRegistration(session);
  await own.admins.passkeys.register({ session, response: passkey.create(options), name: "我的手机" });
  return passkey;
}

async function withPasskey(passkey?: SoftwarePasskey) {
  const who = await person();
  const { session, token } = await signedIn(who);
  return { who, session, token, passkey: await registered(session, passkey) };
}

const signIn = async (passkey: SoftwarePasskey, told = {}) => {
  const response = passkey.get(await own.admins.passkeys.beginSignIn(), told);
  return own.admins.signInByPasskey({ response, visitor: visitor() });
};
const again = (token: string | undefined) => own.admins.sessions.find(token ?? "");

describe("registration", () => {
  test("keeps name, last use and whether it is synced; several are told apart, renamed and removed", async () => {
    const { who, session, passkey } = await withPasskey(new SoftwarePasskey({ origin: PUBLIC_URL, isSynced: true }));
    const other = await registered(session);
    const both = await own.admins.passkeys.list(who.id);
    expect(both).toMatchObject([
      { name: "我的手机", isSynced: true, lastUsedAt: null, state: "usable" },
      { name: "我的手机", isSynced: false, state: "usable" },
    ]);
    await own.admins.passkeys.rename({ session, id: both[1]?.id ?? "", name: "公司电脑" });
    clock.advance(MINUTE);
    expect(await signIn(passkey)).not.toBeNull();
    expect(await own.admins.passkeys.list(who.id)).toMatchObject([{ lastUsedAt: clock.now() }, { name: "公司电脑" }]);
    await own.admins.passkeys.remove({ session, id: both[0]?.id ?? "" });
    expect(await signIn(passkey)).toBeNull();
    expect(await signIn(other)).not.toBeNull();
  });

  test("of another person's session, an old challenge, another address or without a finger is refused", async () => {
    const [one, two] = [await signedIn(await person()), await signedIn(await person())];
    const make = async (told = {}, session = one.session) => {
      const options = await own.admins.passkeys.beginRegistration(one.session);
      if ("late" in told) clock.advance(5 * MINUTE);
      const response = new SoftwarePasskey({ origin: PUBLIC_URL }).create(options, told);
      return own.admins.passkeys.register({ session, response, name: "x" });
    };
    const refused = { errors: [{ path: "passkey" }] };
    await expect(make({}, two.session)).rejects.toMatchObject(refused);
    await expect(make({ late: true })).rejects.toMatchObject(refused);
    await expect(make({ origin: "https://evil.example" })).rejects.toMatchObject(refused);
    await expect(make({ isVerified: false })).rejects.toMatchObject(refused);
    await expect(make({ isFramed: true })).rejects.toMatchObject(refused);
    for (const response of ["", "null", "{}", "[]", "x".repeat(20_000)]) {
      await expect(own.admins.passkeys.register({ session: one.session, response, name: "x" })).rejects.toMatchObject(
        refused,
      );
    }
    expect(await own.admins.passkeys.list(one.session.user.id)).toEqual([]);
  });

  test("has at most ten for each person, and the same one once", async () => {
    const { session, who, passkey } = await withPasskey();
    for (let more = 2; more <= 10; more++) await registered(session);
    await expect(registered(session)).rejects.toMatchObject({ code: "conflict" });
    const stranger = await signedIn(await person());
    await expect(registered(stranger.session, passkey)).rejects.toMatchObject({ code: "conflict" });
    expect(await own.admins.passkeys.list(who.id)).toHaveLength(10);
  });

  test.each(["http://pay.shop.test", "https://10.0.0.1"])(
    "is not asked for at %s, where no browser would",
    async (publicUrl) => {
      const { session } = await signedIn(await person());
      const { passkeys } = createAdmins({ ...deps(), publicUrl });
      await expect(passkeys.beginRegistration(session)).rejects.toMatchObject({ code: "conflict" });
      await expect(passkeys.beginSignIn()).rejects.toMatchObject({ code: "conflict" });
    },
  );

  test("for another host name it is shown, and does not sign in here", async () => {
    const { who } = await withPasskey();
    const { passkeys } = createAdmins({ ...deps(), publicUrl: "https://new.shop.test" });
    expect(await passkeys.list(who.id)).toMatchObject([{ state: "elsewhere" }]);
  });
});

describe("a passkey alone", () => {
  test("signs in its person all the way, and says so in the audit log", async () => {
    const { who, passkey } = await withPasskey();
    const cookies = await signIn(passkey);
    expect(await again(cookies?.token.reveal())).toMatchObject({
      awaitsCode: false,
      confirmedAt: clock.now(),
      user: { id: who.id },
    });
    const [entry] = await listAudit(own.database.pool, { subjects: [who.id], limit: 1 });
    expect(entry).toMatchObject({ action: "admin.signed_in", actor: who.email });
  });

  test("signs in once for each challenge, also for two at the same moment", async () => {
    const { passkey } = await withPasskey(new SoftwarePasskey({ origin: PUBLIC_URL, counts: false }));
    const response = passkey.get(await own.admins.passkeys.beginSignIn());
    const enter = () => own.admins.signInByPasskey({ response, visitor: visitor() });
    const both = await Promise.all([enter(), enter(), enter()]);
    expect(both.filter((each) => each !== null)).toHaveLength(1);
    expect(await enter()).toBeNull();
  });

  test("is refused with another page's origin, a frame, no finger, another key, too late, or by somebody shut out", async () => {
    const { who, passkey } = await withPasskey();
    for (const told of [{ origin: "https://pay.shop.test.evil.example" }, { isFramed: true }, { isVerified: false }]) {
      expect(await signIn(passkey, told)).toBeNull();
    }
    const forger = await withPasskey();
    const forged = JSON.parse(forger.passkey.get(await own.admins.passkeys.beginSignIn()));
    const id = passkey.credentialId.toString("base64url");
    const response = JSON.stringify({ ...forged, id, rawId: id });
    expect(await own.admins.signInByPasskey({ response, visitor: visitor() })).toBeNull();
    const late = passkey.get(await own.admins.passkeys.beginSignIn());
    clock.advance(5 * MINUTE);
    expect(await own.admins.signInByPasskey({ response: late, visitor: visitor() })).toBeNull();
    expect(await signIn(passkey)).not.toBeNull();
    await own.admins.users.setDisabled({ userId: who.id, disabled: true, actor: "test" });
    expect(await signIn(passkey)).toBeNull();
  });

  test("wrong answers are paused by their address, written down, and keep nobody else out", async () => {
    const { who, passkey } = await withPasskey();
    const from = visitor();
    const guess = async () => {
      const response = passkey.get(await own.admins.passkeys.beginSignIn(), { isVerified: false });
      return own.admins.signInByPasskey({ response, visitor: from });
    };
    for (let i = 0; i < 20; i++) expect(await guess()).toBeNull();
    await expect(guess()).rejects.toMatchObject({ code: "rate_limited" });
    expect(await signIn(passkey)).not.toBeNull();
    const logged = await listAudit(own.database.pool, { subjects: [who.id], limit: 5 });
    expect(logged).toContainEqual(expect.objectContaining({ action: "admin.passkey_failed", times: 20 }));
  });
});

describe("a copy", () => {
  test("of a counting passkey: the counter that goes back suspends it, with an alert", async () => {
    const { who, passkey } = await withPasskey();
    expect(await signIn(passkey)).not.toBeNull();
    passkey.counter = 0;
    expect(await signIn(passkey)).toBeNull();
    passkey.counter = 100;
    expect(await signIn(passkey)).toBeNull();
    expect(await own.admins.passkeys.list(who.id)).toMatchObject([{ state: "suspended" }]);
    const [alert] = await listAlerts(own.database.pool, { onlyOpen: true, limit: 1 });
    expect(alert).toMatchObject({ kind: "passkey_suspended", detail: { email: who.email, name: "我的手机" } });
    // It stays a second factor: a stranger with the password must not come in by it.
    expect((await signedIn(who)).session.awaitsCode).toBe(true);
  });

  test("cannot be undone in Postgres: neither counter nor suspension go back, and the key stays", async () => {
    await withPasskey();
    for (const change of ["counter = 0", "public_key = '\\x01'", "user_id = (select max(id) from admin_users)"]) {
      const run = own.database.pool.query(`update admin_passkeys set ${change} where counter > 0`);
      await expect(run).rejects.toSatisfy((cause) => violatedConstraint(cause) === "passkey_fixed");
    }
  });
});

describe("as second factor", () => {
  test("is asked for after the password, and only one's own is right", async () => {
    const { who, passkey } = await withPasskey();
    const stranger = await withPasskey();
    const half = await signedIn(who);
    expect(half.session).toMatchObject({ awaitsCode: true, user: { hasPasskey: true, hasTotp: false } });
    const enter = async (by: SoftwarePasskey, session = half.session) => {
      const response = by.get(await own.admins.passkeys.begin("second_factor", half.session));
      return own.admins.enterPasskey({ session, response, visitor: visitor() });
    };
    expect(await enter(stranger.passkey)).toBeNull();
    expect(await enter(passkey, (await signedIn(who)).session)).toBeNull();
    const cookies = await enter(passkey);
    expect(await again(half.token)).toBeNull();
    expect(await again(cookies?.token.reveal())).toMatchObject({ awaitsCode: false, user: { id: who.id } });
  });

  test("confirms once more in a session, where the password no longer does", async () => {
    const { who, session, token, passkey } = await withPasskey();
    clock.advance(10 * MINUTE);
    expect(await own.admins.confirm({ session, secret: who.password, visitor: visitor() })).toBe(false);
    const response = passkey.get(await own.admins.passkeys.begin("confirm", session));
    expect(await own.admins.confirmByPasskey({ session, response, visitor: visitor() })).toBe(true);
    expect(await again(token)).toMatchObject({ confirmedAt: clock.now() });
    // A challenge of the sign-in is none of the confirmation.
    const other = passkey.get(await own.admins.passkeys.beginSignIn());
    expect(await own.admins.confirmByPasskey({ session, response: other, visitor: visitor() })).toBe(false);
  });

  test("stands beside an authenticator's codes: either is enough", async () => {
    const { who, session, passkey } = await withPasskey();
    const { secret } = await own.admins.totp.begin(who.id);
    await confirm(session, codeOf(secret));
    clock.advance(MINUTE);
    const byCode = (await signedIn(who)).session;
    expect(await own.admins.enterCode({ session: byCode, code: codeOf(secret), visitor: visitor() })).not.toBeNull();
    const byKey = (await signedIn(who)).session;
    const response = passkey.get(await own.admins.passkeys.begin("second_factor", byKey));
    expect(await own.admins.enterPasskey({ session: byKey, response, visitor: visitor() })).not.toBeNull();
  });
});
