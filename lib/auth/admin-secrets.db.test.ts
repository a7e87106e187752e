import { beforeAll, describe, expect, test } from "vitest";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { adminsFixture } from "./testing/admins-fixture.ts";

// Goal: wrong tries are paused and recorded wherever a secret is asked for, and lock no one out of their own device.

const HOUR = 3_600_000;
const { own, clock, visitor, person, signedIn, codeOf, confirm, remove } = adminsFixture();
beforeAll(async () => {
  await person("owner");
});

describe("secrets that are asked for of somebody signed in", () => {
  /** What was answered of so many wrong tries. */
  async function tries(count: number, guess: () => Promise<unknown>): Promise<string[]> {
    const answers: string[] = [];
    for (let i = 0; i < count; i++) {
      answers.push(await guess().then(String, (cause: { code?: string }) => cause.code ?? String(cause)));
    }
    return answers;
  }
  const auditEntries = async (userId: string) =>
    (await listAudit(own.database.pool, { subjects: [userId], limit: 20 })).map(
      ({ action, times }) => `${action} ${times}`,
    );

  test("the password: wrong ones in the account page are paused, written down, and count at the sign-in too", async () => {
    const who = await person();
    const { session } = await signedIn(who);
    const change = (current: string) =>
      own.admins.changePassword({
        session,
        current,
        next: "a new long one",
        visitor: { address: "10.9.9.9", agent: "" },
      });
    expect(await tries(300, () => change("wrong"))).toEqual([
      ...Array(5).fill("forbidden"),
      ...Array(295).fill("rate_limited"),
    ]);
    await expect(change(who.password)).rejects.toMatchObject({ code: "rate_limited", retryAfterS: 30 });
    await expect(own.admins.signIn(who, visitor())).rejects.toThrow("rate_limited");
    expect(await auditEntries(who.id)).toContain("user.password_wrong 5");
    clock.advance(HOUR);
    await change(who.password);
  });

  test("the code: wrong ones are paused in removing the factor as in signing in, and written down", async () => {
    const who = await person();
    const { session } = await signedIn(who);
    const { secret } = await own.admins.totp.begin(who.id);
    await confirm(session, codeOf(secret));
    clock.advance(60_000);
    const from = { address: "10.9.9.8", agent: "" };
    expect(await tries(300, () => own.admins.totp.remove({ session, code: "000000", visitor: from }))).toEqual([
      ...Array(5).fill("forbidden"),
      ...Array(295).fill("rate_limited"),
    ]);
    await expect(remove(session, codeOf(secret))).rejects.toThrow("rate_limited");
    const half = await signedIn(who);
    const entry = { session: half.session, code: codeOf(secret), visitor: visitor() };
    await expect(own.admins.enterCode(entry)).rejects.toThrow("rate_limited");
    expect(await auditEntries(who.id)).toContain("user.code_wrong 5");
    clock.advance(HOUR / 60);
    await remove(session, codeOf(secret));
  });

  test("failed sign-ins and wrong codes at the sign-in are written down, once a minute with their count", async () => {
    const who = await person();
    const from = { address: "10.9.9.7", agent: "" };
    for (let i = 0; i < 3; i++) await own.admins.signIn({ ...who, password: "wrong" }, from);
    await own.admins.signIn({ email: "my password by mistake", password: "wrong" }, from);
    const failed = (await listAudit(own.database.pool, { limit: 5 })).filter(
      ({ detail }) => detail.address === from.address,
    );
    expect(failed.map(({ action, subject, times }) => [action, subject, times])).toEqual([
      ["admin.sign_in_failed", null, 1],
      ["admin.sign_in_failed", who.id, 3],
    ]);
    expect(JSON.stringify(failed)).not.toContain("mistake");
  });

  test("however many strangers try however many names, a minute has a bounded number of rows", async () => {
    clock.advance(HOUR);
    const { rows: before } = await own.database.pool.query<{ count: number }>(
      "select count(*)::int as count from audit_log",
    );
    for (let i = 0; i < 60; i++) await own.admins.signIn({ email: `x${i}@shop.test`, password: "wrong" }, visitor());
    const { rows: after } = await own.database.pool.query<{ count: number }>(
      "select count(*)::int as count from audit_log",
    );
    expect((after[0]?.count ?? 0) - (before[0]?.count ?? 0)).toBe(6);
    const [rest] = await listAudit(own.database.pool, { limit: 1 });
    expect(rest).toMatchObject({ action: "admin.sign_in_failed", subject: null, detail: { others: true }, times: 55 });
  });
});

describe("devices", () => {
  test("a stranger's wrong try in every pause cannot keep out a device that signed in before", async () => {
    const who = await person();
    const first = await own.admins.signIn(who, visitor());
    const device = first?.device ?? "";
    const stranger = () => own.admins.signIn({ ...who, password: "wrong" }, visitor());
    for (let i = 0; i < 5; i++) await stranger();
    for (let pause = 0; pause < 4; pause++) {
      await expect(own.admins.signIn(who, visitor())).rejects.toThrow("rate_limited");
      expect(await own.admins.signIn(who, { ...visitor(), device })).toMatchObject({ awaitsCode: false });
      clock.advance(HOUR / 4);
      await stranger();
    }
    // Neither does an address from which many tried, as behind a proxy that is not trusted.
    const shared = visitor();
    for (let i = 0; i < 20; i++) await own.admins.signIn({ email: `n${i}@shop.test`, password: "wrong" }, shared);
    expect(await own.admins.signIn(who, { ...shared, device })).not.toBeNull();
  });

  test("its own wrong tries are paused, and count for no one else", async () => {
    const who = await person();
    const device = (await own.admins.signIn(who, visitor()))?.device ?? "";
    const here = () => ({ ...visitor(), device });
    for (let i = 0; i < 5; i++) expect(await own.admins.signIn({ ...who, password: "wrong" }, here())).toBeNull();
    await expect(own.admins.signIn(who, here())).rejects.toMatchObject({ retryAfterS: 30 });
    expect(await own.admins.signIn(who, visitor())).not.toBeNull();
  });

  test("a cookie is of one person and one password, and no other text is one", async () => {
    const [who, other] = [await person(), await person()];
    const mine = (await own.admins.signIn(who, visitor()))?.device ?? "";
    for (let i = 0; i < 5; i++) await own.admins.signIn({ ...other, password: "wrong" }, visitor());
    const forged = `${mine.slice(0, 30)}${mine[30] === "A" ? "B" : "A"}${mine.slice(31)}`;
    for (const device of [mine, forged, "x", `${mine}~`.repeat(50)]) {
      await expect(own.admins.signIn(other, { ...visitor(), device })).rejects.toThrow("rate_limited");
    }
    const { session } = await signedIn(who);
    const next = "a new long one";
    const kept = await own.admins.changePassword({
      session,
      current: who.password,
      next,
      visitor: { ...visitor(), device: mine },
    });
    for (let i = 0; i < 5; i++) await own.admins.signIn({ ...who, password: "wrong" }, visitor());
    const now = { email: who.email, password: next };
    await expect(own.admins.signIn(now, { ...visitor(), device: mine })).rejects.toThrow("rate_limited");
    expect(await own.admins.signIn(now, { ...visitor(), device: kept.device ?? "" })).not.toBeNull();
  });

  test("one browser keeps several people, and gets a cookie only after the code", async () => {
    const [who, other] = [await person(), await person()];
    const { secret } = await own.admins.totp.begin(who.id);
    await confirm((await signedIn(who)).session, codeOf(secret));
    clock.advance(60_000);
    const half = await own.admins.signIn(who, visitor());
    expect(half).toMatchObject({ awaitsCode: true, device: null });
    const session = await own.admins.sessions.find(half?.token.reveal() ?? "");
    if (session === null) throw new Error("no session");
    const mine = (await own.admins.enterCode({ session, code: codeOf(secret), visitor: visitor() }))?.device ?? "";
    const both = (await own.admins.signIn(other, { ...visitor(), device: mine }))?.device ?? "";
    for (const each of [who, other]) {
      for (let i = 0; i < 5; i++) await own.admins.signIn({ ...each, password: "wrong" }, visitor());
      expect(await own.admins.signIn(each, { ...visitor(), device: both })).not.toBeNull();
    }
  });
});
