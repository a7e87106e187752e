import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { AdminSession } from "#lib/auth/admin-sessions.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { adminsFixture, PUBLIC_URL } from "#lib/auth/testing/admins-fixture.ts";
import { SoftwarePasskey } from "#lib/auth/testing/software-passkey.ts";
import { absentDatabase } from "#lib/testing/template-database.ts";
import { restoreBackup, writeBackup } from "./backup.ts";
import { endedAccessFile, keepEndedList, readEndedList } from "./ended-access.ts";

// Goal: what no longer proves who somebody is does not prove it again in a backup of before.

const { own, clock, deps, visitor, person, signedIn, codeOf, confirm } = adminsFixture();
beforeAll(() => person("owner"));

async function registered(session: AdminSession) {
  const { passkeys } = own.admins;
  const passkey = new SoftwarePasskey({ origin: PUBLIC_URL });
  const known = (await passkeys.list(session.user.id)).map(({ id }) => id);
  const response = passkey.create(await passkeys.beginRegistration(session));
  await passkeys.register({ session, response, name: "phone" });
  const made = (await passkeys.list(session.user.id)).find(({ id }) => !known.includes(id));
  return { passkey, id: made?.id ?? "" };
}

const enter = async (admins: typeof own.admins, passkey: SoftwarePasskey) => {
  const response = passkey.get(await admins.passkeys.beginSignIn());
  return (await admins.signInByPasskey({ response, visitor: visitor() })) !== null;
};

/** A backup, what happens after it, and its restore by the list that was written by then. */
async function restoredAfter<Result>(
  change: () => Promise<void>,
  look: (there: { admins: typeof own.admins; access: object }) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-proofs-"));
  const seal = deps().box;
  const file = path.join(folder, "x.backup");
  const list = endedAccessFile(folder);
  const target = absentDatabase();
  try {
    await writeBackup({ url: own.database.url, file, seal }, clock);
    await change();
    await keepEndedList(own.database.pool, list);
    const ended = (await readEndedList(list)) ?? [];
    const { access } = await restoreBackup({ url: target.url, file, seals: [seal], ended }, clock);
    return await look({ admins: createAdmins({ ...deps(), pool: target.pool }), access });
  } finally {
    await target.close();
    await rm(folder, { recursive: true });
  }
}

test("a passkey that was removed, or suspended as a copy, after the backup signs in nobody; another one does", async () => {
  const { session } = await signedIn(await person());
  const [kept, removed, copied] = [await registered(session), await registered(session), await registered(session)];
  expect(await enter(own.admins, copied.passkey)).toBe(true);
  const change = async () => {
    await own.admins.passkeys.remove({ session, id: removed.id });
    copied.passkey.counter = 0;
    expect(await enter(own.admins, copied.passkey)).toBe(false);
    copied.passkey.counter = 100;
  };
  await restoredAfter(change, async ({ admins, access }) => {
    expect(access).toMatchObject({ passkeys: 2, recoveryCodes: 0 });
    for (const { passkey } of [removed, copied]) expect(await enter(admins, passkey)).toBe(false);
    expect(await enter(admins, kept.passkey)).toBe(true);
    const states = (await admins.passkeys.list(session.user.id)).map(({ id, state }) => [id, state]);
    expect(new Map(states as [string, string][])).toEqual(
      new Map([
        [kept.id, "usable"],
        [removed.id, "suspended"],
        [copied.id, "suspended"],
      ]),
    );
  });
});

test("a recovery code that was used, or of a set that was replaced, and an authenticator's code of then are not taken again", async () => {
  const people = [await person(), await person()] as const;
  const [one, two] = [await signedIn(people[0]), await signedIn(people[1])];
  const secrets: string[] = [];
  for (const { session } of [one, two]) {
    const { secret } = await own.admins.totp.begin(session.user.id);
    await confirm(session, codeOf(secret));
    secrets.push(secret);
  }
  const codesOf = async ({ session }: typeof one) =>
    (await own.admins.recovery.make(session)).map((code) => code.reveal());
  const [codes, replaced] = [await codesOf(one), await codesOf(two)];
  const take = async (admins: typeof own.admins, at: 0 | 1, code: string) => {
    const kind = /^[0-9]+$/.test(code) ? "enterCode" : "enterRecoveryCode";
    const opened = await admins.signIn(people[at], visitor());
    const session = await admins.sessions.find(opened?.token.reveal() ?? "");
    if (session === null) throw new Error("not signed in");
    return (await admins[kind]({ session, code, visitor: visitor() })) !== null;
  };
  clock.advance(60_000);
  const code = codeOf(secrets[0] ?? "");
  const change = async () => {
    expect(await take(own.admins, 0, codes[0] ?? "")).toBe(true);
    expect(await take(own.admins, 0, code)).toBe(true);
    await codesOf(two);
  };
  await restoredAfter(change, async ({ admins, access }) => {
    expect(access).toMatchObject({ passkeys: 0, recoveryCodes: 11 });
    expect(await take(admins, 0, codes[0] ?? "")).toBe(false);
    expect(await take(admins, 0, codes[1] ?? "")).toBe(true);
    expect(await take(admins, 1, replaced[0] ?? "")).toBe(false);
    expect(await take(admins, 0, code)).toBe(false);
    clock.advance(60_000);
    expect(await take(admins, 0, codeOf(secrets[0] ?? ""))).toBe(true);
  });
});
