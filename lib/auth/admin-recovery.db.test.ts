import { beforeAll, describe, expect, test } from "vitest";
import { violatedConstraint } from "#lib/storage/errors.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { adminsFixture } from "./testing/admins-fixture.ts";

// Goal: each recovery code stands in for a lost second factor once, and everybody hears of it.

const MINUTE = 60_000;
const { own, clock, visitor, person, signedIn, codeOf, confirm, remove } = adminsFixture();
beforeAll(() => person("owner"));

async function withCodes() {
  const who = await person();
  const { session } = await signedIn(who);
  const { secret } = await own.admins.totp.begin(who.id);
  await confirm(session, codeOf(secret));
  const codes = (await own.admins.recovery.make(session)).map((code) => code.reveal());
  return { who, session, secret, codes };
}
const enter = async (who: Parameters<typeof signedIn>[0], code: string) => {
  const { session } = await signedIn(who);
  return own.admins.enterRecoveryCode({ session, code, visitor: visitor() });
};
const leftOf = async (id: string) => (await own.admins.users.list()).find((user) => user.id === id)?.recoveryCodesLeft;

describe("recovery codes", () => {
  test("are ten, each of 16 letters; nothing that is stored is one", async () => {
    const { who, codes } = await withCodes();
    expect(new Set(codes).size).toBe(10);
    expect(codes.every((code) => /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/.test(code))).toBe(true);
    expect(await leftOf(who.id)).toBe(10);
    const { rows } = await own.database.pool.query<{ all: string }>(
      `select (select json_agg(c) from admin_recovery_codes c)::text || (select json_agg(a) from audit_log a)::text
              || coalesce((select json_agg(a) from alerts a)::text, '') as all`,
    );
    expect(
      codes.filter((code) => rows[0]?.all.includes(code) || rows[0]?.all.includes(code.replaceAll("-", ""))),
    ).toEqual([]);
  });

  test("finish a sign-in once, however they are typed, and an alert says how many are left", async () => {
    const { who, codes } = await withCodes();
    const cookies = await enter(who, ` ${codes[0]?.toUpperCase().replaceAll("-", " ")} `);
    expect(await own.admins.sessions.find(cookies?.token.reveal() ?? "")).toMatchObject({
      awaitsCode: false,
      user: { id: who.id },
    });
    expect(await enter(who, codes[0] ?? "")).toBeNull();
    expect(await leftOf(who.id)).toBe(9);
    const alerts = await listAlerts(own.database.pool, { onlyOpen: true, limit: 5 });
    expect(alerts.filter(({ detail }) => detail.email === who.email)).toMatchObject([
      { kind: "recovery_code_used", detail: { email: who.email, left: 9 } },
    ]);
  });

  test("one that two use at the same moment signs in one of them", async () => {
    const { who, codes } = await withCodes();
    const both = await Promise.all([enter(who, codes[3] ?? ""), enter(who, codes[3] ?? "")]);
    expect(both.filter((each) => each !== null)).toHaveLength(1);
  });

  test("are of one person, end with a new set, and with the last second factor", async () => {
    const { who, session, secret, codes } = await withCodes();
    const stranger = await withCodes();
    expect(await enter(who, stranger.codes[0] ?? "")).toBeNull();
    const fresh = await own.admins.recovery.make(session);
    expect(await enter(who, codes[0] ?? "")).toBeNull();
    expect(await enter(who, fresh[0]?.reveal() ?? "")).not.toBeNull();
    clock.advance(MINUTE);
    await remove(session, codeOf(secret));
    expect(await leftOf(who.id)).toBe(0);
    await expect(own.admins.recovery.make(session)).rejects.toMatchObject({ code: "conflict" });
  });

  test("guesses are paused together with those at the authenticator's codes", async () => {
    const { who, codes, secret } = await withCodes();
    for (let i = 0; i < 5; i++) expect(await enter(who, "aaaa-bbbb-cccc-dddd")).toBeNull();
    await expect(enter(who, codes[0] ?? "")).rejects.toMatchObject({ code: "rate_limited" });
    const { session } = await signedIn(who);
    clock.advance(MINUTE / 4);
    const entry = { session, code: codeOf(secret), visitor: visitor() };
    await expect(own.admins.enterCode(entry)).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("stand in Postgres: used once, ten at most", async () => {
    const { who, codes } = await withCodes();
    await enter(who, codes[0] ?? "");
    const reopened = own.database.pool.query(
      "update admin_recovery_codes set used_at = null where used_at is not null",
    );
    await expect(reopened).rejects.toSatisfy((cause) => violatedConstraint(cause) === "recovery_code_fixed");
    const eleventh = own.database.pool.query(
      "insert into admin_recovery_codes (user_id, code_hash, created_at) values ($1, sha256('x'), now())",
      [who.id],
    );
    await expect(eleventh).rejects.toSatisfy((cause) => violatedConstraint(cause) === "recovery_codes_ten");
  });
});
