import path from "node:path";
import { expect, test } from "vitest";
import { ConfigurationProblem, readEnvironment } from "./environment.ts";

const good = {
  DATABASE_URL: "postgresql://postgres@127.0.0.1:5432/lingfu",
  MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
};

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    readEnvironment(variables);
  } catch (cause) {
    if (cause instanceof ConfigurationProblem) return cause.problems;
    throw cause;
  }
  return [];
}

test("fills in what is left out, and takes an empty variable for one that is not set", () => {
  const env = readEnvironment({ ...good, PORT: "4000", PUBLIC_URL: "", DATA_DIR: "/srv/lingfu" });
  expect(env).toMatchObject({
    port: 4000,
    sandboxPort: 4001,
    publicUrl: "http://localhost:4000",
    logLevel: "info",
    mode: "production",
    sandboxConfig: "/srv/lingfu/sandbox/payment_config.json",
    paymentConfig: path.resolve("config/payment_config.json"),
    metricsToken: null,
    allowPrivateWebhooks: false,
    embedOrigins: [],
    trustedProxies: 0,
  });
  expect(env.masterKey.reveal()).toEqual(Buffer.alloc(32, 7));
  expect(readEnvironment({ ...good, PUBLIC_URL: "https://pay.example.com/" }).publicUrl).toBe(
    "https://pay.example.com",
  );
});

test("names every problem at once", () => {
  const problems = problemsOf({
    PORT: "0",
    SANDBOX_PORT: "http",
    PUBLIC_URL: "pay.example.com",
    LOG_LEVEL: "loud",
    ADMIN_PASSWORD: "short",
    TRUST_PROXY: "yes",
    ALLOW_PRIVATE_WEBHOOKS: "perhaps",
    EMBED_ORIGINS: "https://shop.example/path",
  });
  for (const name of [
    "PORT",
    "SANDBOX_PORT",
    "PUBLIC_URL",
    "DATABASE_URL",
    "MASTER_KEY",
    "LOG_LEVEL",
    "ADMIN_PASSWORD",
    "TRUST_PROXY",
    "ALLOW_PRIVATE_WEBHOOKS",
    "EMBED_ORIGINS",
  ]) {
    expect(problems.some((line) => line.startsWith(`${name} `))).toBe(true);
  }
});

test.each(["a", "*".repeat(44), Buffer.alloc(31).toString("base64"), Buffer.alloc(33).toString("base64")])(
  "refuses a MASTER_KEY that is not 32 bytes in base64, without repeating it: %s",
  (key) => {
    const problems = problemsOf({ ...good, MASTER_KEY: key });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^MASTER_KEY must be 32 bytes/);
  },
);

test("secrets of the environment do not print", () => {
  const env = readEnvironment({ ...good, METRICS_TOKEN: "0123456789abcdef", ADMIN_PASSWORD: "correct horse battery" });
  expect(JSON.stringify(env)).not.toMatch(/0123456789abcdef|correct horse/);
});

test("EMBED_ORIGINS are exact origins: https, or http of this machine", () => {
  const origins = (text: string) => readEnvironment({ ...good, EMBED_ORIGINS: text }).embedOrigins;
  expect(origins("https://shop.example, http://localhost:8080")).toEqual([
    "https://shop.example",
    "http://localhost:8080",
  ]);
  for (const wrong of [
    "*",
    "https://*.shop.example",
    "https://shop.example;",
    "http://shop.example",
    "https://shop.example/",
    "shop.example",
    ",",
  ]) {
    expect(problemsOf({ ...good, EMBED_ORIGINS: wrong }), wrong).toHaveLength(1);
  }
});
