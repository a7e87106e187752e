import type { ReactElement, ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addMs } from "#lib/base/time.ts";
import { CONTAINER_SYMBOL, type Container } from "#lib/http/container.ts";
import type { Replica } from "#lib/storage/replica.ts";
import { EDGE_ORIGIN } from "#lib/testing/edge-fixture.ts";
import { paidOrder } from "#lib/testing/paid-orders.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { type BusyShop, busyShop } from "./testing/busy-shop.ts";
import { keptCookies, sentAlong } from "./testing/next-headers.ts";

// Goal: with a replica, pages and files that are only looked at come from it and say how old they are; an order's page and what
// follows one's own action come from the primary. Which of two databases answers tells where something was read: the replica
// here is one without any order.

vi.mock("server-only", () => ({}));
vi.mock("next/cache", () => ({ refresh: () => undefined }));
vi.mock("next/headers", () => import("./testing/next-headers.ts"));
vi.mock("next/navigation", () => import("./testing/next-headers.ts"));

let shop: BusyShop;
let empty: TestDatabase;
let container: Container;
let asOf: Date | null;

beforeAll(async () => {
  [shop, empty] = [await busyShop(), await testDatabase()];
  container = await (globalThis as unknown as { [CONTAINER_SYMBOL]: Promise<Container> })[CONTAINER_SYMBOL];
  await paidOrder(shop.edge);
  asOf = addMs(container.clock.now(), -12_000);
  const replica: Pick<Replica, "look"> = {
    look: async () => (asOf === null ? { pool: container.database.pool, asOf } : { pool: empty.pool, asOf }),
  };
  Object.assign(container, { replica });
}, 120_000);
afterAll(async () => {
  await shop.close();
  await empty.close();
});

type LookedAtPage = (props: { searchParams: Promise<Record<string, string>> }) => Promise<ReactNode>;

async function markOf(page: LookedAtPage, search: Record<string, string> = {}): Promise<string> {
  const shown = (await shop.as("owner", () => page({ searchParams: Promise.resolve(search) }))) as ReactElement<{
    children: ReactElement[];
  }>;
  return renderToStaticMarkup(shown.props.children[0] as ReactElement);
}

async function rowsOfOrders(): Promise<number> {
  const { GET } = await import("./(dashboard)/orders/rows/route.ts");
  const answer = await shop.as("owner", () => GET(new Request(`${EDGE_ORIGIN}/admin/orders/rows`)));
  return ((await answer.json()) as { rows: unknown[] }).rows.length;
}

test.each([
  ["home", () => import("./(dashboard)/page.tsx"), {}],
  ["trends", () => import("./(dashboard)/trends/page.tsx"), {}],
  ["insights", () => import("./(dashboard)/insights/page.tsx"), {}],
  ["orders", () => import("./(dashboard)/orders/page.tsx"), { q: "coffee" }],
  ["refunds", () => import("./(dashboard)/refunds/page.tsx"), {}],
  ["statements", () => import("./(dashboard)/statements/page.tsx"), {}],
] as const)("the page of %s comes from the replica and says how old it is", async (_, load, search) => {
  const page = (await load()).default as LookedAtPage;
  expect(await markOf(page, search)).toContain("Data of 12 s ago");
});

test("lists come from the replica; without one that may be read, from the primary and unmarked", async () => {
  expect(await rowsOfOrders()).toBe(0);
  const old = asOf;
  asOf = null;
  expect(await rowsOfOrders()).toBeGreaterThan(0);
  expect(await markOf((await import("./(dashboard)/orders/page.tsx")).default as LookedAtPage)).toBe("");
  asOf = old;
});

test("the pulse by which an open list is refreshed beats where the list is read", async () => {
  const { GET } = await import("./(dashboard)/orders/pulse/route.ts");
  const pulse = async () => (await shop.as("owner", () => GET())).text();
  const before = await pulse();
  await paidOrder(shop.edge);
  expect(await pulse()).toBe(before);
});

test("who has just done something reads the primary, where it is", async () => {
  const { chooseListColumns } = await import("./(dashboard)/saved-views/actions.ts");
  keptCookies.clear();
  const form = new FormData();
  form.set("list", "orders");
  form.append("columns[]", "number");
  await shop.as("owner", () => chooseListColumns({ kind: "idle", message: "", shown: [] } as never, form));
  expect([...keptCookies.keys()]).toEqual(["lingfu_admin_acted"]);
  expect(await rowsOfOrders()).toBe(0);
  for (const [name, value] of keptCookies) sentAlong.set(name, value);
  expect(await rowsOfOrders()).toBeGreaterThan(0);
  expect(await markOf((await import("./(dashboard)/orders/page.tsx")).default as LookedAtPage)).toBe("");
});
