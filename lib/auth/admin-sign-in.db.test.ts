import { describe, expect, test } from "vitest";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { firstSignIn } from "./admin-first.ts";
import { adminsFixture } from "./testing/admins-fixture.ts";

// Goal: only the password together with the code signs in, and guessing gets slower and slower.

const HOUR = 3_600_000;
const { own, clock, deps, visitor, person, signedIn, codeOf, confirm, remove } = adminsFixture();
const NO_WISH = { email: null, password: null };

describe("the first sign-in", () => {
  test("two starts at once make one owner; its password is printed until it is changed", async () => {
    const started = await Promise.all([firstSignIn(deps(), NO_WISH), firstSignIn(deps(), NO_WISH)]);
    const [one, other] = started.map((each) => ({
      email: each?.email ?? "",
      password: each?.password?.reveal() ?? "",
    }));
    expect(one).toEqual(other);
    expect(await own.admins.users.list()).toHaveLength(1);
    expect((await firstSignIn(deps(), NO_WISH))?.password?.reveal()).toBe(one?.password);

    const { session } = await signedIn(one ?? { email: "", password: "" });
    expect(session.user).toMatchObject({ role: "owner", mustChangePassword: true });
    const next = "correct horse battery";
    await own.admins.changePassword({ session, current: one?.password ?? "", next, visitor: visitor() });
    expect(await firstSignIn(deps(), NO_WISH)).toBeNull();
    const { rows } = await own.database.pool.query("select first_password, must_change_password from admin_users");
    expect(rows).toEqual([{ first_password: null, must_change_password: false }]);
  });
});

describe("passwords", () => {
  test("a wrong one, an unknown address and somebody shut out get the same answer", async () => {
    const known = await person();
    expect(await own.admins.signIn({ ...known, password: "wrong" }, visitor())).toBeNull();
    expect(await own.admins.signIn({ email: "nobody@shop.test", password: "wrong" }, visitor())).toBeNull();
    await own.admins.users.setDisabled({ userId: known.id, disabled: true, actor: "test" });
    expect(await own.admins.signIn(known, visitor())).toBeNull();
  });

  test("changing it ends every session and gives this browser a new one", async () => {
    const who = await person();
    const [here, elsewhere] = [await signedIn(who), await signedIn(who)];
    const change = { session: here.session, current: who.password, visitor: visitor() };
    await expect(own.admins.changePassword({ ...change, current: "wrong", next: "a new long one" })).rejects.toThrow(
      "forbidden",
    );
    for (const next of ["short", "aaaaaaaaaaaa", "password1234", who.email]) {
      await expect(own.admins.changePassword({ ...change, next })).rejects.toThrow("invalid_request");
    }
    expect(await own.admins.sessions.find(here.token)).not.toBeNull();
    const { token } = await own.admins.changePassword({ ...change, next: "a new long one" });
    expect(await own.admins.sessions.find(token.reveal())).toMatchObject({ awaitsCode: false, user: { id: who.id } });
    expect(await own.admins.sessions.find(here.token)).toBeNull();
    expect(await own.admins.sessions.find(elsewhere.token)).toBeNull();
    expect(await own.admins.signIn(who, visitor())).toBeNull();
  });

  test("two changes at once: one of them holds", async () => {
    const who = await person();
    const { session } = await signedIn(who);
    const change = (next: string) =>
      own.admins.changePassword({ session, current: who.password, next, visitor: visitor() }).then(
        () => true,
        () => false,
      );
    const changed = await Promise.all([change("a new long one"), change("another long one")]);
    expect(changed.filter(Boolean)).toHaveLength(1);
    const next = changed[0] ? "a new long one" : "another long one";
    expect(await own.admins.signIn({ email: who.email, password: next }, visitor())).not.toBeNull();
  });

  test("nothing that is stored opens a session, and no password stands anywhere", async () => {
    const who = await person();
    const { token } = await signedIn(who);
    const { rows } = await own.database.pool.query<{ all: string }>(
      "select (select json_agg(s) from admin_sessions s)::text || (select json_agg(u) from admin_users u)::text || (select json_agg(a) from audit_log a)::text as all",
    );
    expect(rows[0]?.all).not.toContain(who.password);
    expect(rows[0]?.all).not.toContain(token);
  });
});

describe("pauses", () => {
  test("an account: four wrong tries are free, then each pause is twice the last, and the right password waits too", async () => {
    const who = await person();
    const guess = () => own.admins.signIn({ ...who, password: "wrong" }, visitor());
    for (let i = 0; i < 5; i++) expect(await guess()).toBeNull();
    await expect(own.admins.signIn(who, visitor())).rejects.toMatchObject({ code: "rate_limited", retryAfterS: 30 });
    for (const seconds of [60, 120, 240, 480, 900, 900]) {
      clock.advance(HOUR / 4);
      expect(await guess()).toBeNull();
      await expect(guess()).rejects.toMatchObject({ retryAfterS: seconds });
    }
    clock.advance(HOUR / 4);
    expect(await own.admins.signIn(who, visitor())).not.toBeNull();
    for (let i = 0; i < 4; i++) expect(await guess()).toBeNull();
    expect(await own.admins.signIn(who, visitor())).not.toBeNull();
  });

  test("a hundred guesses at once get no more than five answers", async () => {
    const who = await person();
    const guesses = await Promise.allSettled(
      Array.from({ length: 100 }, () => own.admins.signIn({ ...who, password: "wrong" }, visitor())),
    );
    expect(guesses.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  test("a whole network of IPv6 counts as one address", async () => {
    const from = (host: number) => ({ address: `2001:db8:1:2::${host.toString(16)}`, agent: "" });
    for (let i = 0; i < 20; i++) await own.admins.signIn({ email: `v${i}@shop.test`, password: "wrong" }, from(i));
    const other = { email: "other@shop.test", password: "wrong" };
    await expect(own.admins.signIn(other, from(99))).rejects.toThrow("rate_limited");
    expect(await own.admins.signIn(other, { address: "2001:db8:1:3::1", agent: "" })).toBeNull();
  });

  test("an address that tries many names is paused, too, and the log says so", async () => {
    const from = visitor();
    clock.advance(HOUR);
    for (let i = 0; i < 20; i++) await own.admins.signIn({ email: `n${i}@shop.test`, password: "wrong" }, from);
    await expect(own.admins.signIn({ email: "other@shop.test", password: "wrong" }, from)).rejects.toThrow(
      "rate_limited",
    );
    const logged = await listAudit(own.database.pool, { subjects: [`address:${from.address}`], limit: 5 });
    expect(logged.map(({ action }) => action)).toEqual(["admin.paused"]);
  });
});

describe("the second factor", () => {
  test("is asked for once confirmed; a code works once; the cookie changes", async () => {
    const who = await person();
    const { secret, uri } = await own.admins.totp.begin(who.id);
    expect(uri).toContain("otpauth://totp/Lingfu");
    expect((await own.admins.totp.begin(who.id)).secret).toBe(secret);
    const { session: setUp } = await signedIn(who);
    await expect(confirm(setUp, "000000")).rejects.toThrow("forbidden");
    const first = codeOf(secret);
    await confirm(setUp, first);

    const { token, session } = await signedIn(who);
    expect(session.awaitsCode).toBe(true);
    expect(await own.admins.enterCode({ session, code: first, visitor: visitor() })).toBeNull();
    clock.advance(60_000);
    const entered = await own.admins.enterCode({ session, code: codeOf(secret), visitor: visitor() });
    expect(await own.admins.sessions.find(token)).toBeNull();
    expect(await own.admins.sessions.find(entered?.token.reveal() ?? "")).toMatchObject({ awaitsCode: false });
    await expect(remove(setUp, codeOf(secret))).rejects.toThrow("forbidden");
    clock.advance(60_000);
    await remove(setUp, codeOf(secret));
    expect((await signedIn(who)).session.awaitsCode).toBe(false);
  });

  test("guessing codes is paused, in however many sessions", async () => {
    const who = await person();
    const { secret } = await own.admins.totp.begin(who.id);
    await confirm((await signedIn(who)).session, codeOf(secret));
    const sessions = await Promise.all([signedIn(who), signedIn(who)]);
    let answered = 0;
    for (let i = 0; i < 8; i++) {
      const { session } = sessions[i % 2]!;
      await own.admins.enterCode({ session, code: String(i).padStart(6, "0"), visitor: visitor() }).then(
        () => answered++,
        () => {},
      );
    }
    expect(answered).toBe(5);
  });
});

describe("sessions", () => {
  test("end when they are not used, at the latest after a week, and by hand", async () => {
    const who = await person();
    const idle = await signedIn(who);
    clock.advance(12 * HOUR + 1);
    expect(await own.admins.sessions.find(idle.token)).toBeNull();
    const used = await signedIn(who);
    for (let hours = 0; hours < 7 * 24; hours += 6) {
      expect(await own.admins.sessions.find(used.token)).not.toBeNull();
      clock.advance(6 * HOUR);
    }
    expect(await own.admins.sessions.find(used.token)).toBeNull();
    const ended = await signedIn(who);
    const stranger = await person();
    expect(await own.admins.sessions.end({ id: ended.session.id, userId: stranger.id, actor: "x" })).toBe(false);
    await own.admins.signOut(ended.session);
    expect(await own.admins.sessions.find(ended.token)).toBeNull();
  });

  test("all others end at once, or all of another person's, with an entry in the audit log", async () => {
    const [who, owner] = [await person(), await person("owner")];
    const mine = [await signedIn(who), await signedIn(who), await signedIn(who)] as const;
    const boss = await signedIn(owner);
    const left = async () => {
      const found = await Promise.all(mine.map(({ token }) => own.admins.sessions.find(token)));
      return found.map((each) => each !== null);
    };
    const others = { userId: who.id, except: mine[1].session.id, actor: who.email };
    expect(await own.admins.sessions.endAll(others)).toBe(2);
    expect(await left()).toEqual([false, true, false]);
    const all = { userId: who.id, except: boss.session.id, actor: owner.email };
    expect(await own.admins.sessions.endAll(all)).toBe(1);
    expect(await left()).toEqual([false, false, false]);
    expect(await own.admins.sessions.find(boss.token)).not.toBeNull();
    const logged = await listAudit(own.database.pool, { subjects: [who.id], limit: 2 });
    expect(logged.map(({ actor, action, detail }) => [actor, action, detail.count])).toEqual([
      [owner.email, "session.end_many", 1],
      [who.email, "session.end_many", 2],
    ]);
  });
});

describe("people", () => {
  test("two owners cannot shut each other out at once, and the last one stays", async () => {
    const owners = (await own.admins.users.list()).filter(({ role }) => role === "owner");
    const other = await person("owner");
    const shut = (userId: string) => own.admins.users.setDisabled({ userId, disabled: true, actor: "test" });
    const results = await Promise.allSettled([...owners.map(({ id }) => shut(id)), shut(other.id)]);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    const left = (await own.admins.users.list()).filter((user) => user.role === "owner" && user.disabledAt === null);
    expect(left).toHaveLength(1);
    const demoted = own.admins.users.setRole({ userId: left[0]!.id, role: "viewer", actor: "test" });
    await expect(demoted).rejects.toMatchObject({ code: "conflict" });
  });

  test("a reset ends sessions, lifts pauses and takes the second factor away", async () => {
    const who = await person();
    const { secret } = await own.admins.totp.begin(who.id);
    await confirm((await signedIn(who)).session, codeOf(secret));
    const { token } = await signedIn(who);
    for (let i = 0; i < 5; i++) await own.admins.signIn({ ...who, password: "wrong" }, visitor());
    const password = (await own.admins.users.reset({ userId: who.id, actor: "test" })).reveal();
    expect(await own.admins.sessions.find(token)).toBeNull();
    const again = await signedIn({ email: who.email, password });
    expect(again.session).toMatchObject({ awaitsCode: false, user: { mustChangePassword: true } });
  });
});
