import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "#lib/testing/run-cli.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: an operator without a browser sees what an endpoint was sent, pauses and resumes it, and sends again.

let database: TestDatabase;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await testDatabase();
  environment = {
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: "/nonexistent",
    PAYMENT_CONFIG: "/nonexistent/payment_config.json",
  };
});
afterAll(() => database.close());

const cli = (...args: string[]) => runCli(["webhooks", ...args], environment);

test("what failed is listed and sent again, one event or a range; an endpoint is paused and resumed", async () => {
  const id = `whe_${"0".repeat(26)}`;
  await database.pool.query(
    "insert into webhook_endpoints (id, url, events, secret_sealed) values ($1, 'https://shop.example/hook', '{order.paid}', '')",
    [id],
  );
  await database.pool.query(
    `with e as (insert into webhook_events (id, type, payload, created_at)
                select 'evt_' || n, 'order.paid', '{}', '2026-07-01T00:00:00Z'::timestamptz + n * interval '1 hour'
                  from generate_series(1, 3) n returning id, seq)
     insert into webhook_deliveries (event_id, event_seq, endpoint_id, status, tries, last_error, ended_at)
     select id, seq, $1, 'given_up', 13, 'no answer in time', now() from e`,
    [id],
  );
  const failed = await cli("deliveries", "--endpoint", id, "--failed", "--json");
  expect(JSON.parse(failed.out).deliveries.map(({ eventId }: { eventId: string }) => eventId)).toEqual([
    ...["evt_3", "evt_2", "evt_1"],
  ]);
  expect(await cli("redeliver", id, "--event", "evt_2")).toMatchObject({ code: 0, out: "evt_2 is sent again\n" });
  const range = await cli("redeliver", id, "--from", "2026-07-01T02:30:00Z", "--types", "order.paid");
  expect(range).toMatchObject({ code: 0, out: "1 events are sent again\n" });
  expect((await cli("deliveries", "--endpoint", id, "--failed")).out).toContain("evt_1");

  expect(await cli("pause", id)).toMatchObject({ code: 0, out: `${id} is paused\n` });
  expect((await cli("list")).out).toMatch(/https:\/\/shop\.example\/hook +paused/);
  expect(await cli("resume", id)).toMatchObject({ code: 0 });
  expect((await cli("list")).out).toMatch(/https:\/\/shop\.example\/hook +active/);
  const audit = await database.pool.query("select action, actor from audit_log where subject = $1 order by id", [id]);
  expect(audit.rows.map(({ action }) => action)).toEqual([
    ...["webhook.redeliver", "webhook.redeliver", "webhook.pause", "webhook.resume"],
  ]);
}, 60_000);

test.each([
  [["redeliver", "whe_1"]],
  [["redeliver", "whe_1", "--from", "yesterday"]],
  [["redeliver", "whe_1", "--from", "2026-07-01T00:00:00Z", "--types", "order.lost"]],
  [["deliveries", "--limit", "0"]],
])("%j is not understood: 2, and nothing on standard output", async (args) => {
  expect(await cli(...args)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/error:/) });
});
