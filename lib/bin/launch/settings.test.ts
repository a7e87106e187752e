import path from "node:path";
import { expect, test } from "vitest";
import { readEnvironment } from "#lib/config/environment.ts";
import { readSettings, sandboxConfig } from "./settings.mjs";

const KEY = Buffer.alloc(32, 7).toString("base64");
const OWN = { DATABASE_URL: "postgresql://shop@db/x", MASTER_KEY: KEY };

test("an empty environment gives the documented defaults", () => {
  expect(readSettings({})).toEqual({
    port: 3000,
    sandboxPort: 3001,
    host: undefined,
    publicUrl: "http://localhost:3000",
    dataDir: path.resolve(".data"),
    databaseUrl: undefined,
    listenUrl: undefined,
    webProcesses: 1,
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

test("every problem is reported at once, by name", () => {
  const wrong = { PORT: "http", SANDBOX_PORT: "70000", PUBLIC_URL: "shop.example", DATABASE_URL: "postgresql://db/x" };
  expect(() => readSettings(wrong)).toThrow(/PORT.*\n.*SANDBOX_PORT.*\n.*PUBLIC_URL.*\n.*MASTER_KEY is required/);
  expect(() => readSettings({ PORT: "0" })).toThrow("PORT must be");
  expect(() => readSettings({ PORT: "65535" })).toThrow("SANDBOX_PORT must be a number from 1 to 65535, not 65536");
  expect(() => readSettings({ PORT: "5", SANDBOX_PORT: "5" })).toThrow("SANDBOX_PORT must differ");
  expect(() => readSettings({ MASTER_KEY: "short" })).toThrow("MASTER_KEY must be 32 bytes");
});

test("variables that only the processes read are checked as well", () => {
  const wrong = {
    PORT: "http",
    LOG_LEVEL: "loud",
    DATABASE_URL: "mysql://db/x",
    ADMIN_EMAIL: "me",
    ADMIN_PASSWORD: "short",
  };
  expect(() => readSettings({ ...wrong, MASTER_KEY: KEY, TRUST_PROXY: "all", ALLOW_PRIVATE_WEBHOOKS: "yes" })).toThrow(
    /PORT.*\n.*DATABASE_URL.*\n.*TRUST_PROXY.*\n.*ADMIN_EMAIL.*\n.*ADMIN_PASSWORD.*\n.*LOG_LEVEL.*\n.*ALLOW_PRIVATE/,
  );
  const right = { LOG_LEVEL: "warn", ADMIN_EMAIL: "a@b.cn", ADMIN_PASSWORD: "long enough", TRUST_PROXY: "10" };
  expect(() => readSettings({ ...right, ALLOW_PRIVATE_WEBHOOKS: "1" })).not.toThrow();
  const origins = "https://shop.example, http://localhost:8080";
  expect(() => readSettings({ ...right, EMBED_ORIGINS: origins })).not.toThrow();
  expect(() => readSettings({ ...right, EMBED_ORIGINS: "https://shop.example/" })).toThrow(/^EMBED_ORIGINS must be/);
});

test.each([
  ["https://shop.example/shop", /^PUBLIC_URL must have no path: give the origin alone, https:\/\/shop\.example$/],
  ["https://shop.example?a=1", /^PUBLIC_URL must have no query/],
  ["https://shop.example/#top", /^PUBLIC_URL must have no query and no fragment/],
  ["https://me:hunter22@shop.example", /^PUBLIC_URL must hold no user name and no password$/],
  ["ftp://shop.example", /^PUBLIC_URL must be an http or https address/],
])("a PUBLIC_URL that is not an origin is refused by name: %s", (PUBLIC_URL, said) => {
  expect(() => readSettings({ PUBLIC_URL })).toThrow(said);
  expect(() => readEnvironment({ ...OWN, PUBLIC_URL })).toThrow("PUBLIC_URL must");
});

test("an origin is normalised to the form that browsers send", () => {
  for (const [given, sent] of [
    ["https://Shop.Example:443/", "https://shop.example"],
    ["http://10.0.0.7:8080//", "http://10.0.0.7:8080"],
  ]) {
    expect(readSettings({ PUBLIC_URL: given }).publicUrl).toBe(sent);
    expect(readEnvironment({ ...OWN, PUBLIC_URL: given }).publicUrl).toBe(sent);
  }
});

test("proxies are trusted by number or by address", () => {
  for (const right of ["0", "10", "10.0.0.7", "10.0.0.0/8, fd00::/8,::1", "::ffff:10.0.0.0/104"]) {
    expect(() => readSettings({ TRUST_PROXY: right })).not.toThrow();
    expect(() => readEnvironment({ ...OWN, TRUST_PROXY: right })).not.toThrow();
  }
  const wrongs = [
    "11",
    "-1",
    "all",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.7,",
    "10.0.0.7;::1",
    "shop.example",
    "fe80::1%a",
  ];
  for (const wrong of wrongs) {
    expect(() => readSettings({ TRUST_PROXY: wrong })).toThrow("TRUST_PROXY must be");
    expect(() => readEnvironment({ ...OWN, TRUST_PROXY: wrong })).toThrow("TRUST_PROXY must be");
  }
});

test("the address to listen on is an address", () => {
  expect(readSettings({ HOST: "127.0.0.1" }).host).toBe("127.0.0.1");
  expect(readEnvironment({ ...OWN, HOST: "::1" }).host).toBe("::1");
  for (const HOST of ["http://127.0.0.1", "a b", "10.0.0.1/8"]) {
    expect(() => readSettings({ HOST })).toThrow("HOST must be");
    expect(() => readEnvironment({ ...OWN, HOST })).toThrow("HOST must be");
  }
});

test("a database with several hosts is refused by what is wrong with it", () => {
  const several = "postgresql://shop:p,w@one.example:5432,two.example:5432/shop?target_session_attrs=read-write";
  for (const name of ["DATABASE_URL", "DATABASE_LISTEN_URL", "DATABASE_REPLICA_URL"]) {
    const given = { ...OWN, [name]: several };
    expect(() => readSettings(given)).toThrow(`${name} names several hosts`);
    expect(() => readEnvironment(given)).toThrow(`${name} names several hosts`);
  }
  for (const name of ["DATABASE_LISTEN_URL", "DATABASE_REPLICA_URL"]) {
    expect(() => readSettings({ [name]: OWN.DATABASE_URL })).toThrow(`${name} is of use only with DATABASE_URL`);
  }
  const comma = "postgresql://shop:p,w@db/x";
  expect(readEnvironment({ ...OWN, DATABASE_URL: comma }).databaseListenUrl).toBe(comma);
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
