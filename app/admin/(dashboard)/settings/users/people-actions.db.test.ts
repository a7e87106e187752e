import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type FormAction, FRESH } from "#components/admin/action-state.ts";
import { ROLES, type Role } from "#lib/auth/admin-roles.ts";
import { type Admins, createAdmins } from "#lib/auth/admin-sign-in.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: only an owner invites, resets, changes and ends the sessions of others; everybody ends their own; nobody without having
// shown the second factor just now. Only Next's own edges are stood in for: headers, cookies, and the refresh after an action.

const visit = vi.hoisted(() => ({ cookie: "" }));
vi.mock("server-only", () => ({}));
vi.mock("next/cache", () => ({ refresh: () => undefined }));
vi.mock("next/headers", () => ({
  headers: async () =>
    new Headers({
      ...{ origin: "http://localhost:3000", host: "localhost:3000", "accept-language": "en" },
      "next-action": "1",
    }),
  cookies: async () => ({
    get: (name: string) => (name === "lingfu_admin" ? { name, value: visit.cookie } : undefined),
  }),
}));

let edge: EdgeFixture;
let admins: Admins;
let people: typeof import("./actions.ts");
let sessions: typeof import("../session-actions.ts");
const cookies = {} as Record<Role, string>;
const VISITOR = { address: "10.0.0.1", agent: "test" };

beforeAll(async () => {
  edge = await edgeFixture({});
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(edge.container) });
  const { database, clock, container } = edge;
  const { adminPasswords } = await import("../../../admin-request.ts");
  admins = createAdmins({
    ...{ pool: database.pool, clock, box: container.box, passwords: adminPasswords, deviceKey: container.deviceKey },
    publicUrl: container.settings.publicUrl,
  });
  for (const role of ROLES) cookies[role] = (await someone(role)).token;
  people = await import("./actions.ts");
  sessions = await import("../session-actions.ts");
}, 60_000);
afterAll(() => edge.close());

let count = 0;
async function someone(role: Role) {
  const email = `${role}-${++count}@shop.test`;
  const { id, password } = await admins.users.create({ email, role, actor: "test" });
  await edge.rows("update admin_users set must_change_password = false, first_password = null where id = $1", [id]);
  const opened = await admins.signIn({ email, password: password.reveal() }, VISITOR);
  const token = opened?.token.reveal() ?? "";
  return { id, email, token, session: await admins.sessions.find(token) };
}

const act = (role: Role, action: FormAction, fields: Readonly<Record<string, string>>) => {
  visit.cookie = cookies[role];
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return action(FRESH, form);
};
const expected = (role: Role) => (role === "owner" ? "done" : "failed");
const signedIn = async (token: string) => (await admins.sessions.find(token)) !== null;

test.each(ROLES)("%s: an invitation is made, shown once, and revoked", async (role) => {
  const email = `invited-by-${role}@shop.test`;
  const made = await act(role, people.invite, { email, role: "clerk" });
  expect(made.kind).toBe(expected(role));
  expect(made.shown.map(({ value }) => value)).toEqual(
    role === "owner" ? [expect.stringMatching(/^http:\/\/localhost:3000\/admin\/join\/[\w-]{43}$/)] : [],
  );
  const { token } = await admins.invitations.invite({
    ...{ email: `revoked-by-${role}@shop.test`, role: "clerk" as const },
    by: { id: (await someone("owner")).id, email: "x" },
  });
  const [row] = await edge.rows<{ id: string }>("select id from admin_invitations where email = $1", [
    `revoked-by-${role}@shop.test`,
  ]);
  expect((await act(role, people.revokeInvitation, { invitationId: row?.id ?? "" })).kind).toBe(expected(role));
  expect((await admins.invitations.find(token.reveal()))?.state).toBe(role === "owner" ? "revoked" : "open");
});

test.each(ROLES)("%s: another person's role, access and sign-in", async (role) => {
  const target = await someone("viewer");
  const state = async () => (await admins.users.list()).find(({ id }) => id === target.id);
  expect((await act(role, people.setRole, { userId: target.id, role: "clerk" })).kind).toBe(expected(role));
  expect((await state())?.role).toBe(role === "owner" ? "clerk" : "viewer");
  for (const disabled of ["yes", "no"]) {
    expect((await act(role, people.setDisabled, { userId: target.id, disabled })).kind).toBe(expected(role));
    expect((await state())?.disabledAt !== null).toBe(role === "owner" && disabled === "yes");
  }
  expect((await act(role, people.resetUser, { userId: target.id })).kind).toBe(expected(role));
  expect((await state())?.awaitsReset).toBe(role === "owner");
});

test.each(ROLES)("%s: one's own sessions are ended by everybody, another person's by an owner alone", async (role) => {
  const target = await someone("viewer");
  const end = { userId: target.id, sessionId: target.session?.id ?? "" };
  expect((await act(role, sessions.endSession, end)).kind).toBe(expected(role));
  expect(await signedIn(target.token)).toBe(role !== "owner");
  expect((await act(role, sessions.endAllSessions, { userId: target.id })).kind).toBe(expected(role));

  const own = await admins.sessions.find(cookies[role]);
  const { token: elsewhere } = await another(own?.user.id ?? "");
  expect((await act(role, sessions.endAllSessions, { userId: own?.user.id ?? "" })).kind).toBe("done");
  expect([await signedIn(elsewhere), await signedIn(cookies[role])]).toEqual([false, true]);
});

/** One more session of the same person. */
async function another(userId: string) {
  const token = await admins.sessions.open({ userId, awaitsCode: false, visitor: VISITOR, confirmedAt: null });
  return { token: token.reveal() };
}

test("an owner who did not show the second factor just now is asked first, and nothing is done", async () => {
  const owner = await someone("owner");
  const target = await someone("clerk");
  await edge.rows("update admin_sessions set confirmed_at = null where user_id = $1", [owner.id]);
  cookies.owner = owner.token;
  const asked = [
    await act("owner", people.invite, { email: "later@shop.test", role: "owner" }),
    await act("owner", people.setRole, { userId: target.id, role: "owner" }),
    await act("owner", people.resetUser, { userId: target.id }),
    await act("owner", people.setDisabled, { userId: target.id, disabled: "yes" }),
  ];
  expect(asked.map(({ kind }) => kind)).toEqual(["confirm", "confirm", "confirm", "confirm"]);
  expect(await edge.rows("select from admin_invitations where email = 'later@shop.test'")).toEqual([]);
  expect((await admins.users.list()).find(({ id }) => id === target.id)).toMatchObject({
    ...{ role: "clerk", disabledAt: null, awaitsReset: false },
  });
});

test("bad input changes nothing and says so", async () => {
  const owner = await someone("owner");
  cookies.owner = owner.token;
  for (const fields of [
    { email: "no address", role: "clerk" },
    { email: "x@y.test", role: "emperor" },
    { email: `${"a".repeat(260)}@y.test`, role: "clerk" },
  ]) {
    expect((await act("owner", people.invite, fields)).kind).toBe("failed");
  }
  expect((await act("owner", people.setRole, { userId: "usr_x", role: "clerk" })).kind).toBe("failed");
  visit.cookie = cookies.owner;
  expect((await people.invite(FRESH, "form" as unknown as FormData)).kind).toBe("failed");
});
