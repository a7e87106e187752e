import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { EXPORTS_AT_ONCE } from "#lib/base/export-limits.ts";
import type { ExportTable } from "#lib/exports/index.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { adminText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "./admin-request.ts";

// Goal: a file of a million rows that is stopped in the middle ends the reading, gives up its place, and the audit log says how far
// it came.

vi.mock("server-only", () => ({}));
vi.mock("next/headers", () => ({
  headers: async () => new Headers(),
  cookies: async () => ({ get: () => undefined }),
}));
vi.mock("next/navigation", () => ({ redirect: () => undefined }));

const ROWS = 1_000_000;
const PAGE_ROWS = 2_000;

let edge: EdgeFixture;
let exportAnswer: typeof import("./export-answer.ts").exportAnswer;
beforeAll(async () => {
  edge = await edgeFixture();
  ({ exportAnswer } = await import("./export-answer.ts"));
});
afterAll(() => edge.close());

/** Counts what was read of it. */
function million(): { readonly table: ExportTable; readonly read: () => number } {
  let read = 0;
  async function* pages() {
    for (; read < ROWS; read += PAGE_ROWS) yield Array.from({ length: PAGE_ROWS }, (_, each) => [String(read + each)]);
  }
  return { table: { name: "Orders", columns: [{ title: "Number", kind: "text" }], pages: pages() }, read: () => read };
}

const take = (table: ExportTable, signal?: AbortSignal) =>
  exportAnswer(
    {
      ...{ container: edge.container, language: "en", text: adminText("en") },
      session: { user: { email: "owner@shop.test" } },
    } as unknown as AdminRequest,
    new Request("http://localhost:3000/admin/orders/export.csv", signal === undefined ? {} : { signal }),
    { form: "csv", fileName: "orders", action: "order.export", filter: {}, rows: ROWS, table },
  );
const audit = () =>
  edge.rows<{ action: string; rows: number }>(
    "select action, (detail ->> 'rows')::int as rows from audit_log where action in ('order.export', 'export.stopped') order by id",
  );

test("the browser goes away: the rest is not read, the place is free, and the audit log says so", async () => {
  for (let round = 0; round < EXPORTS_AT_ONCE + 1; round++) {
    const { table, read } = million();
    const answer = await take(table);
    expect(answer.status).toBe(200);
    const reader = answer.body?.getReader();
    for (let chunk = 0; chunk < 5; chunk++) expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
    expect(read()).toBeLessThan(ROWS / 10);
  }
  await vi.waitUntil(async () => (await audit()).length === 2 * (EXPORTS_AT_ONCE + 1));
  const stopped = (await audit()).filter(({ action }) => action === "export.stopped");
  expect(stopped).toHaveLength(EXPORTS_AT_ONCE + 1);
  for (const { rows } of stopped) expect(rows).toBeLessThan(ROWS / 10);
});

test("no more than so many at once; a call that is aborted frees its place as well", async () => {
  const abort = new AbortController();
  const running = await Promise.all(Array.from({ length: EXPORTS_AT_ONCE }, () => take(million().table, abort.signal)));
  expect((await take(million().table)).status).toBe(429);
  abort.abort();
  for (const { body } of running) await body?.cancel().catch(() => undefined);
  const next = await take(million().table);
  expect(next.status).toBe(200);
  await next.body?.cancel();
});
