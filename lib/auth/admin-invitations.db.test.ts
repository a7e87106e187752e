import { beforeAll, describe, expect, test } from "vitest";
import { violatedConstraint } from "#lib/storage/errors.ts";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { adminsFixture, PUBLIC_URL } from "./testing/admins-fixture.ts";
import { SoftwarePasskey } from "./testing/software-passkey.ts";

// Goal: a link opens one account, once, with the role it was made with, and only while its maker may still make it.

const HOUR = 3_600_000;
const { own, clock, visitor, person, signedIn, codeOf, confirm } = adminsFixture();
let by: { id: string; email: string };
beforeAll(async () => {
  by = await person("owner");
});

let guests = 0;
const address = () => `guest${++guests}@shop.test`;
const PASSWORD = "seven green teapots";
const accept = (token: string, name = "小王", password = PASSWORD) =>
  own.admins.invitations.accept({ token, name, way: { password }, visitor: visitor() });
const invite = async (email = address(), role: "owner" | "clerk" = "clerk", inviter = by) =>
  (await own.admins.invitations.invite({ email, role, by: inviter })).token.reveal();
const stateOf = async (token: string) => (await own.admins.invitations.find(token))?.state ?? null;

describe("an invitation", () => {
  test("makes the person with the name and password they choose and the role it was made with, and signs them in", async () => {
    const email = address();
    const token = await invite(` ${email.toUpperCase()} `);
    expect(await own.admins.invitations.find(token)).toMatchObject({
      ...{ state: "open", email, role: "clerk", isReset: false, inviter: by.email, personName: null },
    });
    const cookies = await accept(token, "  小  王 ");
    const session = await own.admins.sessions.find(cookies?.token.reveal() ?? "");
    expect(session).toMatchObject({
      awaitsCode: false,
      user: { email, name: "小 王", role: "clerk", mustChangePassword: false },
    });
    expect(await own.admins.signIn({ email, password: PASSWORD }, visitor())).toMatchObject({ awaitsCode: false });
    const logged = await listAudit(own.database.pool, { subjects: [session?.user.id ?? ""], limit: 5 });
    expect(logged.map(({ actor, action }) => `${actor} ${action}`)).toContain(`${email} user.joined`);
  });

  test("works once, also for two at the same moment", async () => {
    const token = await invite();
    const both = await Promise.all([accept(token, "one"), accept(token, "other")]);
    expect(both.filter((each) => each !== null)).toHaveLength(1);
    expect(await accept(token)).toBeNull();
    expect(await stateOf(token)).toBe("used");
  });

  test("a name or a password that will not do leaves it open", async () => {
    const token = await invite();
    await expect(accept(token, " ")).rejects.toMatchObject({ errors: [{ path: "name" }] });
    await expect(accept(token, "x".repeat(61))).rejects.toMatchObject({ errors: [{ path: "name" }] });
    await expect(accept(token, "小王", "password1234")).rejects.toMatchObject({
      errors: [{ path: "password", message: "weak" }],
    });
    expect(await stateOf(token)).toBe("open");
  });

  test("ends after three days, by its owner's hand, and by a newer one for the same address", async () => {
    const late = await invite();
    clock.advance(72 * HOUR);
    expect([await stateOf(late), await accept(late)]).toEqual(["expired", null]);

    const email = address();
    const [older, newer] = [await invite(email), await invite(email)];
    expect([await stateOf(older), await stateOf(newer)]).toEqual(["revoked", "open"]);
    const [open] = (await own.admins.invitations.list()).filter((each) => each.email === email);
    await own.admins.invitations.revoke({ id: open?.id ?? "", by });
    expect([await stateOf(newer), await accept(newer)]).toEqual(["revoked", null]);
    await expect(own.admins.invitations.revoke({ id: open?.id ?? "", by })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await own.admins.invitations.list()).filter((each) => each.email === email)).toEqual([]);
  });

  test("is not made for somebody who is there already, and two at once for one address leave one link", async () => {
    await expect(invite(by.email)).rejects.toMatchObject({ code: "conflict" });
    const email = address();
    const made = await Promise.allSettled([invite(email), invite(email), invite(email)]);
    expect(made.some(({ status }) => status === "fulfilled")).toBe(true);
    expect((await own.admins.invitations.list()).filter((each) => each.email === email)).toHaveLength(1);
  });

  test.each(["demoted", "shut out"])("ends when its maker is %s", async (how) => {
    const maker = await person("owner");
    const token = await invite(address(), "owner", maker);
    if (how === "demoted") await own.admins.users.setRole({ userId: maker.id, role: "viewer", actor: "test" });
    else await own.admins.users.setDisabled({ userId: maker.id, disabled: true, actor: "test" });
    expect([await stateOf(token), await accept(token)]).toEqual(["revoked", null]);
  });

  test("nothing that is stored opens it, and no other text does", async () => {
    const token = await invite();
    const { rows } = await own.database.pool.query<{ all: string }>(
      "select (select json_agg(i) from admin_invitations i)::text || (select json_agg(a) from audit_log a)::text as all",
    );
    expect(rows[0]?.all).not.toContain(token);
    for (const text of ["", "x", "A".repeat(43), `${token}A`, "' or 1=1"]) {
      expect([await own.admins.invitations.find(text), await accept(text)]).toEqual([null, null]);
    }
  });

  test("what it gives stands in Postgres: neither role nor life changes, and it is not opened again", async () => {
    const token = await invite();
    const change = (what: string) =>
      own.database.pool.query(`update admin_invitations set ${what} where used_at is null and revoked_at is null`);
    for (const what of ["role = 'owner'", "expires_at = expires_at + interval '1 hour'", "email = 'x@y.test'"]) {
      await expect(change(what)).rejects.toSatisfy((cause) => violatedConstraint(cause) === "invitation_fixed");
    }
    await accept(token);
    const reopened = own.database.pool.query("update admin_invitations set used_at = null where used_at is not null");
    await expect(reopened).rejects.toSatisfy((cause) => violatedConstraint(cause) === "invitation_fixed");
  });
});

describe("a passkey in place of a password", () => {
  const byPasskey = async (token: string, passkey = new SoftwarePasskey({ origin: PUBLIC_URL })) => {
    const options = await own.admins.invitations.beginPasskey(token);
    if (options === null) return null;
    const way = { passkey: passkey.create(options), passkeyName: "手机" };
    return own.admins.invitations.accept({ token, name: "小李", way, visitor: visitor() });
  };

  test("is all that somebody new signs in with; it cannot be removed before there is a password", async () => {
    const email = address();
    const passkey = new SoftwarePasskey({ origin: PUBLIC_URL });
    const token = await invite(email);
    const session = await own.admins.sessions.find((await byPasskey(token, passkey))?.token.reveal() ?? "");
    if (session === null) throw new Error("not signed in");
    expect(session).toMatchObject({
      awaitsCode: false,
      user: { email, name: "小李", hasPassword: false, hasPasskey: true },
    });
    expect(await byPasskey(token)).toBeNull();
    expect(await own.admins.signIn({ email, password: "" }, visitor())).toBeNull();
    const response = passkey.get(await own.admins.passkeys.beginSignIn());
    expect(await own.admins.signInByPasskey({ response, visitor: visitor() })).not.toBeNull();
    const [kept] = await own.admins.passkeys.list(session.user.id);
    await expect(own.admins.passkeys.remove({ session, id: kept?.id ?? "" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await own.admins.users.list()).toContainEqual(
      expect.objectContaining({ email, awaitsReset: false, passkeys: 1 }),
    );
  });

  test("a password is chosen later only where the passkey was shown just now", async () => {
    const passkey = new SoftwarePasskey({ origin: PUBLIC_URL });
    const cookie = (await byPasskey(await invite(), passkey))?.token.reveal() ?? "";
    clock.advance(HOUR);
    const again = async () => {
      const session = await own.admins.sessions.find(cookie);
      if (session === null) throw new Error("the session has ended");
      return session;
    };
    const choose = async () =>
      own.admins.changePassword({ session: await again(), current: "", next: PASSWORD, visitor: visitor() });
    await expect(choose()).rejects.toMatchObject({ code: "forbidden" });
    const session = await again();
    const response = passkey.get(await own.admins.passkeys.begin("confirm", session));
    expect(await own.admins.confirmByPasskey({ session, response, visitor: visitor() })).toBe(true);
    await choose();
    // The passkey is the second factor of the new password.
    const { email } = session.user;
    expect(await own.admins.signIn({ email, password: PASSWORD }, visitor())).toMatchObject({ awaitsCode: true });
  });

  test("an answer to another link is refused, and leaves the link open", async () => {
    const [one, two] = [await invite(), await invite()];
    const options = await own.admins.invitations.beginPasskey(one);
    if (options === null) throw new Error("not open");
    const way = { passkey: new SoftwarePasskey({ origin: PUBLIC_URL }).create(options), passkeyName: "x" };
    const accepted = own.admins.invitations.accept({ token: two, name: "x", way, visitor: visitor() });
    await expect(accepted).rejects.toMatchObject({ errors: [{ path: "passkey" }] });
    expect(await stateOf(two)).toBe("open");
  });

  test("after a reset the old passkeys are gone, and the new one is the person's", async () => {
    const who = await person();
    const old = new SoftwarePasskey({ origin: PUBLIC_URL });
    const { session } = await signedIn(who);
    const response = old.create(await own.admins.passkeys.beginRegistration(session));
    await own.admins.passkeys.register({ session, response, name: "old" });
    const { token } = await own.admins.invitations.reset({ userId: who.id, by });
    const again = old.get(await own.admins.passkeys.beginSignIn());
    expect(await own.admins.signInByPasskey({ response: again, visitor: visitor() })).toBeNull();
    const cookies = await byPasskey(token.reveal());
    expect(await own.admins.sessions.find(cookies?.token.reveal() ?? "")).toMatchObject({ user: { id: who.id } });
  });
});

describe("a reset", () => {
  test("shuts the person out at once, and its link gives a new password and no second factor", async () => {
    const who = await person();
    const { secret } = await own.admins.totp.begin(who.id);
    const { session, token: cookie } = await signedIn(who);
    await confirm(session, codeOf(secret));
    for (let i = 0; i < 5; i++) await own.admins.signIn({ ...who, password: "wrong" }, visitor());

    const { token, email } = await own.admins.invitations.reset({ userId: who.id, by });
    expect(email).toBe(who.email);
    expect(await own.admins.sessions.find(cookie)).toBeNull();
    expect(await own.admins.signIn(who, visitor())).toBeNull();
    expect(await own.admins.users.list()).toContainEqual(
      expect.objectContaining({ id: who.id, awaitsReset: true, hasTotp: false }),
    );

    const cookies = await accept(token.reveal(), "老王", "nine blue kettles");
    expect(await own.admins.sessions.find(cookies?.token.reveal() ?? "")).toMatchObject({
      user: { id: who.id, name: "老王", role: "clerk", hasTotp: false },
    });
    expect(await own.admins.signIn({ email, password: "nine blue kettles" }, visitor())).toMatchObject({
      awaitsCode: false,
    });
    expect(await accept(token.reveal())).toBeNull();
  });

  test("its link lasts a day, ends when the person is shut out, and cannot be made for oneself or for nobody", async () => {
    const who = await person();
    const late = await own.admins.invitations.reset({ userId: who.id, by });
    clock.advance(24 * HOUR);
    expect(await stateOf(late.token.reveal())).toBe("expired");
    const { token } = await own.admins.invitations.reset({ userId: who.id, by });
    await own.admins.users.setDisabled({ userId: who.id, disabled: true, actor: "test" });
    expect(await stateOf(token.reveal())).toBe("revoked");
    for (const userId of [who.id, "usr_nobody"]) {
      await expect(own.admins.invitations.reset({ userId, by })).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(own.admins.invitations.reset({ userId: by.id, by })).rejects.toMatchObject({ code: "conflict" });
  });

  test("two owners who reset each other at once do not lock the shop", async () => {
    const other = await person("owner");
    const owners = (await own.admins.users.list()).filter(
      ({ role, disabledAt }) => role === "owner" && disabledAt === null,
    );
    for (const each of owners.filter(({ id }) => id !== by.id && id !== other.id)) {
      await own.admins.users.setDisabled({ userId: each.id, disabled: true, actor: "test" });
    }
    const both = await Promise.allSettled([
      own.admins.invitations.reset({ userId: other.id, by }),
      own.admins.invitations.reset({ userId: by.id, by: other }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    const ready = (await own.admins.users.list()).filter(
      ({ role, disabledAt, awaitsReset }) => role === "owner" && disabledAt === null && !awaitsReset,
    );
    expect(ready).toHaveLength(1);
  });
});
