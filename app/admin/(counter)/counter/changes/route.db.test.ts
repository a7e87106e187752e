import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: the stream of changes ends soon after the session that opened it, and does not keep that session in use.
// Only Next's own edges are stood in for.

const visit = vi.hoisted(() => ({ cookie: "" }));
vi.mock("server-only", () => ({}));
vi.mock("next/navigation", () => ({ redirect: () => undefined }));
vi.mock("next/headers", () => ({
  headers: async () => new Headers({ origin: "http://localhost:3000", host: "localhost:3000" }),
  cookies: async () => ({
    get: (name: string) => (name === "lingfu_admin" ? { name, value: visit.cookie } : undefined),
  }),
}));

let edge: EdgeFixture;
let admins: ReturnType<typeof createAdmins>;
let GET: typeof import("./route.ts").GET;
beforeAll(async () => {
  edge = await edgeFixture();
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(edge.container) });
  const { adminPasswords } = await import("../../../admin-request.ts");
  const { database, clock, container } = edge;
  admins = createAdmins({
    ...{ pool: database.pool, clock, box: container.box, passwords: adminPasswords, deviceKey: container.deviceKey },
    publicUrl: EDGE_ORIGIN,
  });
  // There is always one.
  await admins.users.create({ email: "owner@shop.test", role: "owner", actor: "test" });
  ({ GET } = await import("./route.ts"));
});
afterAll(() => edge.close());

let people = 0;
async function signIn(): Promise<string> {
  const email = `viewer-${++people}@shop.test`;
  const { password } = await admins.users.create({ email, role: "viewer", actor: "test" });
  const from = { address: "203.0.113.5", agent: "test", device: undefined };
  const signed = await admins.signIn({ email, password: password.reveal() }, from);
  await edge.rows("update admin_users set must_change_password = false where email = $1", [email]);
  visit.cookie = signed?.token.reveal() ?? "";
  return email;
}

/** Resolves once the stream has ended. */
async function open(): Promise<{ readonly ended: Promise<void> }> {
  const answer = await GET();
  expect(answer.status).toBe(200);
  const reader = answer.body?.getReader();
  await reader?.read();
  const ended = (async () => {
    while (!(await reader?.read())?.done);
  })();
  return { ended };
}

test("it ends once the session has ended, and once the right has gone", { timeout: 30_000 }, async () => {
  const first = await signIn();
  const one = await open();
  await edge.rows("delete from admin_sessions where user_id = (select id from admin_users where email = $1)", [first]);
  await one.ended;
  expect((await GET()).status).toBe(401);
  const second = await signIn();
  const other = await open();
  await edge.rows("update admin_users set disabled_at = now() where email = $1", [second]);
  await other.ended;
});

test("looking whether it may stay open is no use of the session", async () => {
  const email = await signIn();
  const used = () =>
    edge.rows(
      "select seen_at, idle_until from admin_sessions s join admin_users u on u.id = s.user_id where u.email = $1",
      [email],
    );
  const before = await used();
  edge.clock.advance(3_600_000);
  expect(await admins.sessions.peek(visit.cookie)).not.toBeNull();
  expect(await used()).toEqual(before);
  expect(await admins.sessions.find(visit.cookie)).not.toBeNull();
  expect(await used()).not.toEqual(before);
});
