import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { EDGE_ORIGIN } from "#lib/testing/edge-fixture.ts";
import { type BusyShop, busyShop } from "./testing/busy-shop.ts";
import { CALLER_NAMES, CALLERS, type CallerName, mayCall, type VisitingBrowser } from "./testing/callers.ts";
import { readableFile } from "./testing/readable-file.ts";
import { ROUTE_CASES, type RouteCase } from "./testing/route-cases.ts";

// Goal: every route that hands something out without being a page answers those who may, 403 to a role that may not, and 401 to
// whoever is not signed in; what it refuses changes nothing; and no answer, Excel and PDF included, holds a secret. A new route is entered in testing/route-cases.ts, or the first
// test fails. Only Next's own edges are stood in for: headers, cookies and redirects.

vi.mock("server-only", () => ({}));
vi.mock("next/cache", () => ({ refresh: () => undefined }));
vi.mock("next/headers", () => import("./testing/next-headers.ts"));
vi.mock("next/navigation", () => import("./testing/next-headers.ts"));

const ROOT = path.resolve("app/admin");
const FILES = (readdirSync(ROOT, { recursive: true, encoding: "utf8" }) as string[])
  .filter((file) => path.basename(file) === "route.ts")
  .map((file) => file.split(path.sep).join("/"));
const CASES: readonly (RouteCase & { readonly file: string })[] = Object.entries(ROUTE_CASES).map(([file, own]) => ({
  ...own,
  file,
}));

interface ReadingRoute {
  GET(request: Request, context: { readonly params: Promise<Readonly<Record<string, string>>> }): Promise<Response>;
}

let shop: BusyShop;
const routes = new Map<string, ReadingRoute>();
beforeAll(async () => {
  shop = await busyShop();
  for (const file of FILES) routes.set(file, (await import(pathToFileURL(path.join(ROOT, file)).href)) as ReadingRoute);
}, 120_000);
afterAll(() => shop.close());

test("there is a case for each route, and they only read", () => {
  expect(CASES.map(({ file }) => file).sort()).toEqual(FILES.toSorted());
  for (const file of FILES) expect(Object.keys(routes.get(file) ?? {}), file).toEqual(["GET"]);
});

async function statusFor(caller: CallerName, { file, params = {}, query = "" }: (typeof CASES)[number]) {
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    filled[name] = typeof value === "string" ? value : await shop.one(value.sql, caller);
  }
  const request = new Request(`${EDGE_ORIGIN}/admin${query}`);
  const answer = await shop.as(caller, () =>
    (routes.get(file) as ReadingRoute).GET(request, { params: Promise.resolve(filled) }),
  );
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  shop.trap.note(file, JSON.stringify([...answer.headers]));
  if (isStream) await answer.body?.cancel();
  else shop.trap.note(file, readableFile(new Uint8Array(await answer.arrayBuffer())));
  return answer.status;
}

/** A till's device has no session of the dashboard, nor has who is half signed in: they are nobody there. */
function refusalFor(caller: CallerName, { allowed }: RouteCase): number {
  const { session, till }: VisitingBrowser = CALLERS[caller];
  const isKnown = allowed.startsWith("counter: ")
    ? till === undefined && !["awaits_code", "must_change_password"].includes(session ?? "awaits_code")
    : !["awaits_code", "must_change_password"].includes(session ?? "awaits_code");
  return isKnown ? 403 : 401;
}

test.each(CASES)("$file: answers those who may, and nobody else", async (own) => {
  // A page of strangers may send a browser here, but reads nothing of the answer.
  const callers = CALLER_NAMES.filter((caller) => !(CALLERS[caller] as VisitingBrowser).isElsewhere);
  const isOpen = (caller: CallerName) => mayCall(caller, own.allowed);
  const statuses: Partial<Record<CallerName, number>> = {};
  const expected: typeof statuses = {};
  const before = await shop.digest();
  for (const caller of callers.filter((each) => !isOpen(each))) {
    statuses[caller] = await statusFor(caller, own);
    expected[caller] = refusalFor(caller, own);
  }
  expect(await shop.digest()).toEqual(before);
  for (const caller of callers.filter(isOpen)) {
    statuses[caller] = await statusFor(caller, own);
    const isAtTill = (CALLERS[caller] as VisitingBrowser).till !== undefined;
    expected[caller] = (isAtTill ? own.statusAtTill : undefined) ?? own.status ?? 200;
  }
  expect(statuses).toEqual(expected);
});

test.each(CASES)("$file: asks for the second factor again before a file, and before nothing else", async (own) => {
  await shop.edge.rows("update admin_sessions set confirmed_at = null");
  const status = await statusFor("owner", own);
  await shop.edge.rows("update admin_sessions set confirmed_at = $1 where not awaits_code", [shop.edge.clock.now()]);
  const usual = own.status ?? 200;
  expect(status).toBe(own.isFile === true ? 303 : usual);
});

test("no answer and no file holds a secret", async () => {
  const number = await shop.one("select out_trade_no from orders limit 1", "owner");
  for (const form of ["csv", "xlsx"]) {
    expect(shop.trap.read(`(dashboard)/orders/export.${form}/route.ts`)).toContain(number);
  }
  expect(shop.trap.read("(dashboard)/statements/[month]/statement.pdf/route.ts")).toContain("times are Beijing time");
  expect(shop.trap.size).toBeGreaterThan(20);
  expect(shop.trap.escaped()).toEqual([]);
});
