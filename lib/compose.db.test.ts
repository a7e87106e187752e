import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { type Composed, compose } from "./compose.ts";
import { readEnvironment } from "./config/environment.ts";
import { V3_CONFIG } from "./config/testing/config-file.ts";

// Goal: what is set in one process holds in all of them at once.

let database: TestDatabase;
let folder: string;
let here: Composed;
let there: Composed;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-many-"));
  const environment = readEnvironment({
    NODE_ENV: "test",
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PAYMENT_CONFIG: path.join(folder, "none.json"),
    LOG_LEVEL: "silent",
  });
  const stopping = new AbortController().signal;
  [here, there] = [
    await compose({ process: "web", stopping, environment }),
    await compose({ process: "web", stopping, environment }),
  ];
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await database.close();
  await rm(folder, { recursive: true });
});

test("a configuration uploaded here is in use there, without waiting for anything to grow old", async () => {
  // What is kept for some seconds never grows old while this clock stands still.
  const standsStill = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  const upload = (config: object) =>
    here.configuration?.upload({ content: Buffer.from(JSON.stringify(config)), actor: "a@b.c", origin: "x.json" });
  const inUse = async () => (await there.accounts.active())?.merchantNumber;
  const shopName = () => there.merchantName?.();
  expect(await inUse()).toBeUndefined();
  await upload({ ...V3_CONFIG, merchant_name: "老张面馆" });
  await expect.poll(inUse).toBe("1900000109");
  await expect.poll(shopName).toBe("老张面馆");
  await upload({ ...V3_CONFIG, merchant_name: "小李咖啡" });
  await expect.poll(shopName).toBe("小李咖啡");
  standsStill.mockRestore();
});
