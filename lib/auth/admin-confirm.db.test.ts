import { beforeAll, describe, expect, test } from "vitest";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { isRecentlyConfirmed } from "./admin-sessions.ts";
import { adminsFixture } from "./testing/admins-fixture.ts";

// Goal: what is dangerous asks for the second factor again, five minutes after it was last shown, in each session by itself.

const MINUTE = 60_000;
const { own, clock, visitor, person, signedIn, codeOf, confirm } = adminsFixture();

beforeAll(() => person("owner"));

const again = async (token: string) => {
  const session = await own.admins.sessions.find(token);
  if (session === null) throw new Error("the session has ended");
  return { session, isRecent: isRecentlyConfirmed(session, clock.now()) };
};

async function withCode() {
  const who = await person();
  const { session } = await signedIn(who);
  const { secret } = await own.admins.totp.begin(who.id);
  await confirm(session, codeOf(secret));
  clock.advance(MINUTE);
  return { ...who, secret };
}

/** Signed in all the way, with password and code. */
async function enter({ email, password, secret }: Awaited<ReturnType<typeof withCode>>) {
  const half = await own.admins.signIn({ email, password }, visitor());
  const waiting = await again(half?.token.reveal() ?? "");
  expect(waiting.isRecent, "the password alone counts as the second factor").toBe(false);
  const cookies = await own.admins.enterCode({ session: waiting.session, code: codeOf(secret), visitor: visitor() });
  return cookies?.token.reveal() ?? "";
}

describe("a session", () => {
  test("counts as confirmed for five minutes after the sign-in, and not a moment longer", async () => {
    const { token } = await signedIn(await person());
    expect((await again(token)).isRecent).toBe(true);
    clock.advance(5 * MINUTE - 1);
    expect((await again(token)).isRecent).toBe(true);
    clock.advance(1);
    expect((await again(token)).isRecent).toBe(false);
  });

  test("is confirmed by the password where there is no second factor, each session by itself", async () => {
    const who = await person();
    const [here, elsewhere] = [await signedIn(who), await signedIn(who)];
    clock.advance(10 * MINUTE);
    const entry = { session: here.session, visitor: visitor() };
    expect(await own.admins.confirm({ ...entry, secret: "wrong" })).toBe(false);
    expect((await again(here.token)).isRecent).toBe(false);
    expect(await own.admins.confirm({ ...entry, secret: who.password })).toBe(true);
    expect((await again(here.token)).isRecent).toBe(true);
    expect((await again(elsewhere.token)).isRecent).toBe(false);
    const said = await listAudit(own.database.pool, { limit: 10 });
    expect(said.filter(({ subject }) => subject === who.id).map(({ action }) => action)).toEqual(
      expect.arrayContaining(["admin.confirmed", "user.password_wrong"]),
    );
  });

  test("is confirmed by a code where there is one: neither the password nor a used code does", async () => {
    const who = await withCode();
    const token = await enter(who);
    clock.advance(10 * MINUTE);
    const { session } = await again(token);
    const entry = { session, visitor: visitor() };
    expect(await own.admins.confirm({ ...entry, secret: who.password })).toBe(false);
    const code = codeOf(who.secret);
    expect(await own.admins.confirm({ ...entry, secret: code })).toBe(true);
    expect((await again(token)).isRecent).toBe(true);
    expect(await own.admins.confirm({ ...entry, secret: code })).toBe(false);
  });

  test("is not confirmed by a change of the password where a code would be asked", async () => {
    const who = await withCode();
    const token = await enter(who);
    clock.advance(10 * MINUTE);
    const { session } = await again(token);
    const change = { session, current: who.password, next: "seven green teapots", visitor: visitor() };
    const changed = await own.admins.changePassword(change);
    expect((await again(changed.token.reveal())).isRecent).toBe(false);
  });
});

describe("guessing", () => {
  test("is paused as at sign-in, and both count together", async () => {
    const who = await person();
    const { session } = await signedIn(who);
    const entry = { session, visitor: visitor() };
    for (let tried = 0; tried < 3; tried += 1) await own.admins.confirm({ ...entry, secret: "wrong" });
    for (let tried = 0; tried < 2; tried += 1) await own.admins.signIn({ ...who, password: "wrong" }, visitor());
    await expect(own.admins.confirm({ ...entry, secret: who.password })).rejects.toMatchObject({
      code: "rate_limited",
    });
    clock.advance(60 * MINUTE);
    const later = await signedIn(who);
    expect(await own.admins.confirm({ ...entry, session: later.session, secret: who.password })).toBe(true);
  });
});
