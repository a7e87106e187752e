import { randomBytes } from "node:crypto";
import { generateSync } from "otplib";
import { afterAll, beforeAll } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createPasswords } from "../admin-password.ts";
import type { AdminSession } from "../admin-sessions.ts";
import { type Admins, createAdmins } from "../admin-sign-in.ts";

export const PUBLIC_URL = "https://pay.shop.test";

/** Sign-in on a database of the test file's own. Call it once at the top of the file. */
export function adminsFixture() {
  const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
  const clock = new FakeClock();
  const passwords = createPasswords(8);
  const own = {} as { database: TestDatabase; admins: Admins };
  beforeAll(async () => {
    own.database = await testDatabase();
    own.admins = createAdmins(deps());
  });
  afterAll(() => own.database.close());

  let visitors = 0;
  const visitor = () => ({ address: `10.0.0.${++visitors}`, agent: "test" });
  const deps = () => ({
    pool: own.database.pool,
    clock,
    box,
    passwords,
    deviceKey: randomBytes(32),
    publicUrl: PUBLIC_URL,
  });
  async function person(role: "owner" | "clerk" = "clerk") {
    const email = `p${++visitors}@shop.test`;
    const { id, password } = await own.admins.users.create({ email, role, actor: "test" });
    return { id, email, password: password.reveal() };
  }
  async function signedIn({ email, password }: { email: string; password: string }) {
    const opened = await own.admins.signIn({ email, password }, visitor());
    const session = opened === null ? null : await own.admins.sessions.find(opened.token.reveal());
    if (opened === null || session === null) throw new Error("not signed in");
    return { token: opened.token.reveal(), session };
  }
  return {
    own,
    clock,
    deps,
    visitor,
    person,
    signedIn,
    codeOf: (secret: string) => generateSync({ secret, epoch: Math.floor(clock.now().getTime() / 1_000) }),
    confirm: (session: AdminSession, code: string) => own.admins.totp.confirm({ session, code, visitor: visitor() }),
    remove: (session: AdminSession, code: string) => own.admins.totp.remove({ session, code, visitor: visitor() }),
  };
}
