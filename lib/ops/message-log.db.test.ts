import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  GATEWAY_MESSAGES_KEPT_EACH_END,
  GATEWAY_MESSAGES_WAITING_BYTES_MAX,
  GATEWAY_MESSAGES_WAITING_MAX,
} from "#lib/base/limits.ts";
import type { Pool } from "#lib/storage/client.ts";
import type { GatewayMessage } from "#lib/storage/operations/gateway-messages.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createMessageLog } from "./message-log.ts";

// Goal: messages are kept behind the payment; a database that hangs, is busy or refuses costs messages and nothing else.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("delete from gateway_messages"));

interface Said {
  readonly number: string;
  readonly result?: string;
  readonly bytes?: number;
}

const prepare = ({ number, result = "answer" }: Said): GatewayMessage => ({
  about: "trade",
  ...{ number, direction: "out", operation: "find_trade", accountId: "acc", protocol: "v3", method: "GET" },
  ...{ target: "https://api.example/x", at: new Date(0), durationMs: 12, status: 200, result, signature: "valid" },
  requestId: "R-1",
  request: { head: "accept: x", body: new Uint8Array(0), bytes: 0 },
  answer: { head: "date: x", body: Buffer.from([0, 1, 2, 0xff]), bytes: 4 },
  isMasked: false,
});

function open(pool: Pool = database.pool, everyMs = 5) {
  const warned: string[] = [];
  const log = createMessageLog<Said>({
    pool,
    log: { warn: (event, fields) => void warned.push(`${event} ${fields?.count ?? ""}`.trim()) },
    prepare,
    bytesOf: ({ bytes = 10 }) => bytes,
    everyMs,
  });
  return { log, warned };
}
const kept = async (): Promise<string[]> =>
  (await database.pool.query("select result from gateway_messages order by id")).rows.map(({ result }) => result);

test("what is noted is written by itself, in order and byte for byte", async () => {
  const { log } = open();
  for (const result of ["1", "2", "3"]) log.note({ number: "N", result });
  await expect.poll(kept).toEqual(["1", "2", "3"]);
  const { rows } = await database.pool.query("select answer_body, duration_ms, status from gateway_messages limit 1");
  expect(rows[0]).toEqual({ answer_body: Buffer.from([0, 1, 2, 0xff]), duration_ms: 12, status: 200 });
});

test("the rest is written when the process ends", async () => {
  const { log } = open(database.pool, 60_000);
  log.note({ number: "N" });
  await log.stop();
  expect(await kept()).toEqual(["answer"]);
});

test("beyond its limits it drops messages, says how many, and goes on", async () => {
  const { log, warned } = open(database.pool, 60_000);
  for (let n = 0; n < GATEWAY_MESSAGES_WAITING_MAX + 7; n++) log.note({ number: `N${n}` });
  await log.flush();
  expect((await kept()).length).toBe(GATEWAY_MESSAGES_WAITING_MAX);
  expect(warned).toEqual(["messages.dropped 7"]);
  log.note({ number: "large", bytes: GATEWAY_MESSAGES_WAITING_BYTES_MAX - 1 });
  log.note({ number: "one too many", bytes: 2 });
  log.note({ number: "last", bytes: 1 });
  await log.flush();
  expect((await kept()).length).toBe(GATEWAY_MESSAGES_WAITING_MAX + 2);
});

test("a row that Postgres refuses, or that cannot be made, is nobody's failure", async () => {
  const { log, warned } = open(database.pool, 60_000);
  log.note({ number: "x".repeat(65) });
  await log.flush();
  expect(warned).toEqual(["messages.not_kept", "messages.dropped 1"]);
  log.note({ number: "after" });
  await log.flush();
  expect(await kept()).toEqual(["answer"]);
});

test("while statements wait for connections, messages wait", async () => {
  const pool = Object.create(database.pool, { waitingCount: { value: 3, writable: true } }) as { waitingCount: number };
  const { log } = open(pool as Pool, 1);
  log.note({ number: "N" });
  await sleep(50);
  expect(await kept()).toEqual([]);
  pool.waitingCount = 0;
  await expect.poll(kept).toEqual(["answer"]);
});

test("a database that hangs holds one statement, and memory stays bounded", async () => {
  let asked = 0;
  const hanging = { waitingCount: 0, query: () => new Promise(() => void asked++) } as unknown as Pool;
  const { log } = open(hanging, 1);
  log.note({ number: "first" });
  await expect.poll(() => asked).toBe(1);
  for (let n = 0; n < GATEWAY_MESSAGES_WAITING_MAX * 2; n++) log.note({ number: `N${n}` });
  await sleep(30);
  expect(asked).toBe(1);
});

test("of one number and operation the first and the newest are kept", async () => {
  const { log } = open(database.pool, 60_000);
  const many = 3 * GATEWAY_MESSAGES_KEPT_EACH_END;
  for (let n = 0; n < many; n++) log.note({ number: "asked for days", result: String(n) });
  log.note({ number: "another", result: "stays" });
  await log.flush();
  const first = Array.from({ length: GATEWAY_MESSAGES_KEPT_EACH_END }, (_, n) => String(n));
  const last = first.map((n) => String(Number(n) + many - GATEWAY_MESSAGES_KEPT_EACH_END));
  expect(await kept()).toEqual([...first, ...last, "stays"]);
});
