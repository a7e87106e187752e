import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listKnownKeys } from "#lib/storage/configuration/gateway-key-uses.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createKeyUses, type VerifiedMessage } from "./key-uses.ts";
import { createMetrics } from "./metrics.ts";

// Goal: which keys WeChat signs with is known over all processes, and nothing of it is lost while the database is away.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const at = (minute: number) => new Date(Date.UTC(2026, 6, 1, 2, minute));
const message = (more: Partial<VerifiedMessage> = {}): VerifiedMessage => ({
  merchantNumber: "1900000109",
  serial: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
  kind: "certificate",
  via: "notice",
  at: at(0),
  ...more,
});

test("processes add up, the latest moment stands, and what was not written comes again", async () => {
  let away = true;
  const shaky = Object.assign(Object.create(database.pool), {
    query: (...args: Parameters<pg.Pool["query"]>) =>
      away ? Promise.reject(new Error("away")) : database.pool.query(...args),
  }) as pg.Pool;
  const [web, worker] = [
    createKeyUses({ pool: shaky, everyMs: 3_600_000 }),
    createKeyUses({ pool: database.pool, everyMs: 3_600_000 }),
  ];
  web.note(message({ at: at(5) }));
  web.note(message({ at: at(3) }));
  await expect(web.flush()).rejects.toThrow("away");
  web.note(message({ via: "answer", at: at(4) }));
  away = false;
  worker.note(message({ at: at(1) }));
  worker.note(message({ serial: "PUB_KEY_ID_1", kind: "public_key", at: at(9) }));
  await Promise.all([web.stop(), worker.stop()]);
  await web.flush();
  expect(await listKnownKeys(database.pool)).toEqual([
    expect.objectContaining({ serial: "PUB_KEY_ID_1", kind: "public_key", notices: 1, answers: 0, validUntil: null }),
    expect.objectContaining({ kind: "certificate", notices: 3, answers: 1, lastNoticeAt: at(5), lastAnswerAt: at(4) }),
  ]);
});

test("what is held and was never used is shown with its end, here and in the metrics", async () => {
  await database.pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
     values ('acc_1', 'v3', 'wx', '1900000109', false, '', sha256('x'))`,
  );
  await database.pool.query(
    "insert into gateway_keys (account_id, serial, kind, pem, valid_to) values ('acc_1', 'NEXT', 'certificate', '', '2031-01-01T00:00:00Z')",
  );
  expect((await listKnownKeys(database.pool)).at(-1)).toMatchObject({
    serial: "NEXT",
    notices: 0,
    lastNoticeAt: null,
    validUntil: new Date("2031-01-01T00:00:00Z"),
  });
  const metrics = createMetrics({ pool: database.pool });
  metrics.observeSignature({ serial: "NEXT", kind: "certificate", via: "answer" });
  const text = await metrics.render();
  expect(text).toContain('lingfu_wechat_key_ends_timestamp_seconds{merchant="1900000109",serial="NEXT"} 1924992000');
  expect(text).toContain(
    'lingfu_wechat_signatures_total{process="process",serial="NEXT",kind="certificate",via="answer"} 1',
  );
});
