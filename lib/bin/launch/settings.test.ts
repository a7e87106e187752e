import path from "node:path";
import { expect, test } from "vitest";
import { readSettings, sandboxConfig } from "./settings.mjs";

const KEY = Buffer.alloc(32, 7).toString("base64");

test("an empty environment gives the documented defaults", () => {
  expect(readSettings({})).toEqual({
    port: 3000,
    sandboxPort: 3001,
    publicUrl: "http://localhost:3000",
    dataDir: path.resolve(".data"),
    databaseUrl: undefined,
    masterKey: undefined,
    paymentConfig: path.resolve("config/payment_config.json"),
    sandboxApi: "v3",
  });
});

test("the sandbox's port and the public address follow the port, unless they are given", () => {
  expect(readSettings({ PORT: "8080" })).toMatchObject({ sandboxPort: 8081, publicUrl: "http://localhost:8080" });
  const given = { PORT: "8080", SANDBOX_PORT: "9", PUBLIC_URL: "https://shop.example/", DATA_DIR: "/srv/data" };
  expect(readSettings(given)).toMatchObject({
    sandboxPort: 9,
    publicUrl: "https://shop.example",
    dataDir: "/srv/data",
  });
});

test("every problem is told at once, by name", () => {
  const wrong = { PORT: "http", SANDBOX_PORT: "70000", PUBLIC_URL: "shop.example", DATABASE_URL: "postgresql://db/x" };
  expect(() => readSettings(wrong)).toThrow(/PORT.*\n.*SANDBOX_PORT.*\n.*PUBLIC_URL.*\n.*MASTER_KEY is required/);
  expect(() => readSettings({ PORT: "0" })).toThrow("PORT must be");
  expect(() => readSettings({ PORT: "65535" })).toThrow("SANDBOX_PORT must be a number from 1 to 65535, not 65536");
  expect(() => readSettings({ PORT: "5", SANDBOX_PORT: "5" })).toThrow("SANDBOX_PORT must differ");
  expect(() => readSettings({ MASTER_KEY: "short" })).toThrow("MASTER_KEY must be 32 bytes");
});

test("what only the processes read is refused with the rest", () => {
  const wrong = {
    PORT: "http",
    LOG_LEVEL: "loud",
    DATABASE_URL: "mysql://db/x",
    ADMIN_EMAIL: "me",
    ADMIN_PASSWORD: "short",
  };
  expect(() => readSettings({ ...wrong, MASTER_KEY: KEY, TRUST_PROXY: "all", ALLOW_PRIVATE_WEBHOOKS: "yes" })).toThrow(
    /PORT.*\n.*DATABASE_URL.*\n.*ADMIN_EMAIL.*\n.*ADMIN_PASSWORD.*\n.*LOG_LEVEL.*\n.*ALLOW_PRIVATE.*\n.*TRUST_PROXY/,
  );
  const right = { LOG_LEVEL: "warn", ADMIN_EMAIL: "a@b.cn", ADMIN_PASSWORD: "long enough", TRUST_PROXY: "10" };
  expect(() => readSettings({ ...right, ALLOW_PRIVATE_WEBHOOKS: "1" })).not.toThrow();
});

test("a database of one's own works with a key", () => {
  const settings = readSettings({ DATABASE_URL: "postgresql://db/x", MASTER_KEY: KEY });
  expect(settings).toMatchObject({ databaseUrl: "postgresql://db/x", masterKey: KEY });
});

test("the sandbox's shop has API v3 unless v2 is asked for", () => {
  const chosen = (SANDBOX_API?: string) => path.basename(sandboxConfig(readSettings({ DATA_DIR: "/d", SANDBOX_API })));
  expect([chosen(), chosen("v3"), chosen("v2")]).toEqual([
    "payment_config.json",
    "payment_config.json",
    "payment_config.v2.json",
  ]);
  expect(() => readSettings({ SANDBOX_API: "v1" })).toThrow("SANDBOX_API must be v3 or v2");
});
