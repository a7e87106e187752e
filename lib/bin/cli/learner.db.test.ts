import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "#lib/testing/run-cli.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: the learner can be inspected, switched and checked from the command line.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const masterKey = randomBytes(32).toString("base64");
const environment = () => ({
  DATABASE_URL: database.url,
  MASTER_KEY: masterKey,
  DATA_DIR: "/nonexistent",
  PAYMENT_CONFIG: "/nonexistent/payment_config.json",
});
const cli = (...args: string[]) => runCli(["learner", ...args], environment());

test("margins and costs are set and removed", async () => {
  await Promise.all([cli("margin", "dining", "62.5"), cli("margin", "default", "30"), cli("cost", "latte", "4.20")]);
  const { settings } = JSON.parse((await cli("status", "--json")).out);
  expect(settings).toMatchObject({ enabled: true, margins: { dining: 6_250, default: 3_000 }, costs: { latte: 420 } });
  expect((await cli("margin", "dining", "unknown")).code).toBe(0);
  expect((await cli("status")).out).toContain("margins    default 30 %");
}, 120_000);

test("wrong usage exits with 2", async () => {
  const wrong = [["margin", "nowhere", "10"], ["margin", "dining", "101"], ["cost", "latte", "1.234"], []];
  for (const answer of await Promise.all(wrong.map((args) => cli(...args)))) {
    expect(answer).toMatchObject({ code: 2, out: "" });
  }
}, 120_000);

test("an order without a decision is not explained", async () => {
  expect(await cli("explain", "ord_none")).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("nothing was decided"),
  });
}, 120_000);

test("off, on, and checked", async () => {
  expect((await cli("off")).out).toBe("the learner is off\n");
  expect((await cli("off")).out).toBe("the learner was off already\n");
  expect((await cli("on")).out).toBe("the learner is on\n");
  const { code, out } = await cli("rebuild", "--check", "--json");
  expect([code, JSON.parse(out)]).toEqual([0, { version: 0, outcomes: 0, isSame: true }]);
}, 120_000);
