import { afterAll, beforeAll, expect, test } from "vitest";
import { addMs, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import {
  concludeUpkeep,
  keepBackupSettings,
  listUpkeep,
  requestUpkeep,
  takeUpkeep,
} from "#lib/storage/operations/upkeep-runs.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { requestScheduledDrill } from "./upkeep.ts";

const BY = "owner@example.com";
let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const deps = () => ({ pool: fixture.database.pool, clock: fixture.clock, mode: async () => "real" as const });

test("the schedule asks for a drill so many days after the last, of a backup made since; a failed one again after a day", async () => {
  const { pool } = fixture.database;
  const { clock } = fixture;
  await keepBackupSettings(pool, { backupHour: 0, backupsKept: 14, drillDays: 7 }, { by: BY, at: clock.now() });
  const drills = async () => (await listUpkeep(pool, { kind: "drill", limit: 9 })).length;
  const end = async (problem: "failed" | null) => {
    const at = clock.now();
    const taken = await takeUpkeep(pool, { now: at, until: addMs(at, MINUTE_MS) });
    const audit = { actor: BY, action: "backup.made" };
    await concludeUpkeep(pool, { id: taken?.id ?? "", at, file: problem ?? "x.backup", report: {}, problem, audit });
  };
  const backedUp = async () => {
    await requestUpkeep(pool, { kind: "backup", by: BY, at: clock.now() });
    await end(null);
  };
  await requestScheduledDrill(deps());
  expect(await drills()).toBe(0);
  await backedUp();
  await requestScheduledDrill({ ...deps(), mode: async () => "sandbox" });
  expect(await drills()).toBe(0);
  await requestScheduledDrill(deps());
  expect(await drills()).toBe(1);
  await end("failed");
  await requestScheduledDrill(deps());
  expect(await drills()).toBe(1);
  clock.advance(25 * HOUR_MS);
  await backedUp();
  await requestScheduledDrill(deps());
  expect(await drills()).toBe(2);
  await end(null);
  clock.advance(6 * 24 * HOUR_MS);
  await backedUp();
  await requestScheduledDrill(deps());
  expect(await drills()).toBe(2);
  clock.advance(25 * HOUR_MS);
  await requestScheduledDrill(deps());
  expect(await drills()).toBe(3);
});
