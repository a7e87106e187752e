import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ActionState, FRESH } from "#components/admin/action-state.ts";
import { adminText } from "#lib/texts/admin.ts";
import { ACTION_CASES } from "./testing/action-cases.ts";
import { type BusyShop, busyShop } from "./testing/busy-shop.ts";
import { CALLER_NAMES, type CallerName, mayCall } from "./testing/callers.ts";
import { Redirected } from "./testing/next-headers.ts";

// Goal: every action, called directly as everybody who can reach the server, does nothing for those who may not, and says so; and is
// not refused to those who may. No answer holds a secret that was made before: those made by the action itself are shown once. A new action is entered in testing/action-cases.ts, or the first test fails.
// Only Next's own edges are stood in for: headers, cookies, redirects, and the refresh after an action.

vi.mock("server-only", () => ({}));
vi.mock("next/cache", () => ({ refresh: () => undefined }));
vi.mock("next/headers", () => import("./testing/next-headers.ts"));
vi.mock("next/navigation", () => import("./testing/next-headers.ts"));

const ROOT = path.resolve("app");
const FILES = (readdirSync(ROOT, { recursive: true, encoding: "utf8" }) as string[])
  .filter((file) => /\.tsx?$/.test(file) && readFileSync(path.join(ROOT, file), "utf8").startsWith('"use server"'))
  .map((file) => file.split(path.sep).join("/"));
const CASES = Object.entries(ACTION_CASES).flatMap(([file, actions]) =>
  Object.entries(actions).map(([name, own]) => ({ ...own, file, name })),
);

type AnyAction = (...values: readonly unknown[]) => Promise<unknown>;
type Exports = Readonly<Record<string, unknown>>;

let shop: BusyShop;
const modules = new Map<string, Exports>();
beforeAll(async () => {
  shop = await busyShop();
  for (const file of FILES) modules.set(file, (await import(pathToFileURL(path.join(ROOT, file)).href)) as Exports);
}, 120_000);
afterAll(() => shop.close());

test("there is a case for each action, and no other", () => {
  const named = FILES.flatMap((file) => Object.keys(modules.get(file) ?? {}).map((name) => `${file} ${name}`));
  expect(named.length).toBeGreaterThan(120);
  expect(CASES.map(({ file, name }) => `admin/${file} ${name}`).sort()).toEqual(named.sort());
});

const REFUSALS = (({ errors }) => [errors.forbidden, errors.stale])(adminText("en"));

/** Actions that refuse in another way: forms without an answer, and steps that lead back to where signing in begins. */
const OTHERWISE: Readonly<Record<string, string>> = {
  ...{ signOut: "nothing", changeLanguage: "nothing", lockTill: "nothing", keepTillAwake: "nothing" },
  ...{ beginPasskeyStep: "leads on", enterPasskey: "leads on" },
};

/** How it ended: `refused` is what is told to those who may not, in words that nothing else is told in. */
async function outcomeOf(caller: CallerName, { file, name, fields }: (typeof CASES)[number]) {
  const action = modules.get(`admin/${file}`)?.[name] as AnyAction;
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === "string" || value instanceof File) form.append(field, value);
    else if ("sql" in value) form.append(field, await shop.one(value.sql, caller));
    else for (const each of value) form.append(field, each);
  }
  return shop.as(caller, () => ended(noted(name, action.length < 2 ? action(form) : action(FRESH, form))));
}

async function noted(name: string, call: Promise<unknown>): Promise<unknown> {
  const answer = await call;
  shop.trap.note(name, JSON.stringify(answer) ?? "");
  return answer;
}

async function ended(call: Promise<unknown>): Promise<string> {
  try {
    const state = (await call) as ActionState | boolean | undefined;
    if (typeof state !== "object") return state === false || state === undefined ? "nothing" : "done";
    return REFUSALS.includes(state.message) ? "refused" : state.kind;
  } catch (cause) {
    if (cause instanceof Redirected) return "leads on";
    throw cause;
  }
}

test.each(CASES)("$file $name: refused to everybody else, and nothing is changed", async (own) => {
  const before = await shop.digest();
  const outcomes: Partial<Record<CallerName, string>> = {};
  const expected: typeof outcomes = {};
  for (const caller of CALLER_NAMES.filter((each) => !mayCall(each, own.allowed))) {
    outcomes[caller] = await outcomeOf(caller, own);
    expected[caller] = OTHERWISE[own.name] ?? "refused";
  }
  expect(outcomes).toEqual(expected);
  expect(await shop.digest()).toEqual(before);
});

test("what is no form is refused by every action that takes one, and changes nothing", async () => {
  const before = await shop.digest();
  for (const { file, name, allowed } of CASES.filter((own) => own.allowed !== "anybody")) {
    const action = modules.get(`admin/${file}`)?.[name] as AnyAction;
    const caller = allowed === "counter: hand_over" ? "cashier" : "owner";
    for (const values of action.length === 0 ? [] : [[], ["x", { orderId: "x" }], [null, "form"]]) {
      expect(["failed", "refused"], name).toContain(await shop.as(caller, () => ended(action(...values))));
    }
  }
  expect(await shop.digest()).toEqual(before);
});

test.each(CASES.filter(({ allowed }) => allowed !== "anybody"))("$file $name: open to those who may", async (own) => {
  const those = CALLER_NAMES.filter((caller) => mayCall(caller, own.allowed));
  expect(those).not.toEqual([]);
  for (const [at, caller] of those.entries()) {
    const outcome = await outcomeOf(caller, own);
    expect(outcome, caller).not.toBe("refused");
    if (at === 0) expect(outcome, caller).toBe(own.answer);
  }
});

test("no answer holds a secret that was there before", () => {
  expect(shop.trap.size).toBeGreaterThan(20);
  expect(shop.trap.escaped()).toEqual([]);
});
