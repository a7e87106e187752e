import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call, type MerchantCredentials, NATIVE, openShop, type TestShop, unseal } from "./testing/client.ts";

let folder: string;
let shop: TestShop;
let running: ChildProcess | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-process-"));
  shop = await openShop();
});
afterEach(async () => {
  running?.kill("SIGKILL");
  await shop.close();
  await rm(folder, { recursive: true });
});

async function start(): Promise<{ child: ChildProcess; merchant: MerchantCredentials }> {
  const child = spawn("node_modules/.bin/node", ["lib/bin/sandbox.ts"], {
    env: { ...process.env, DATA_DIR: folder, PORT: new URL(shop.url).port, SANDBOX_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running = child;
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  expect(line.toString()).toMatch(/^sandbox listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  const text = await readFile(join(folder, "sandbox/payment_config.json"), "utf8");
  return { child, merchant: JSON.parse(text) as MerchantCredentials };
}

function numberIn(merchant: MerchantCredentials, body: string): string {
  const { resource } = JSON.parse(body);
  return (JSON.parse(unseal(merchant.api_v3_key, resource)) as { out_trade_no: string }).out_trade_no;
}

test("kill -9 right after an answer loses neither keys, trades nor the notices owed", async () => {
  shop.answer = 500;
  const first = await start();
  const numbers = Array.from({ length: 20 }, (_, index) => `KILLED_${index}`);
  const order = (number: string) => ({
    appid: first.merchant.appid,
    mchid: first.merchant.mch_id,
    description: "商品",
    out_trade_no: number,
    notify_url: shop.url,
    amount: { total: 7 },
  });
  await Promise.all(numbers.map((number) => call(first.merchant, NATIVE, { body: order(number) })));
  const paid: string[] = [];
  const pays = numbers.map(async (outTradeNo) => {
    const body = JSON.stringify({ outTradeNo });
    const reply = await fetch(`${first.merchant.api_base}/control/pay`, { method: "POST", body }).catch(() => null);
    if (reply?.ok !== true) return;
    paid.push(outTradeNo);
    // The kill lands among the answers, not after all of them.
    if (paid.length === 8) first.child.kill("SIGKILL");
  });
  await Promise.all([...pays, once(first.child, "exit")]);
  expect(paid.length).toBeGreaterThanOrEqual(8);

  shop.answer = 200;
  const second = await start();
  expect(second.merchant).toEqual({
    ...first.merchant,
    api_base: second.merchant.api_base,
    oauth_base: second.merchant.api_base,
  });
  await fetch(`${second.merchant.api_base}/control/clock`, { method: "POST", body: '{"advanceMs":20000}' });
  // By number, not by count: a try of the killed process may still be arriving.
  const notified = () =>
    new Set(
      shop.received.filter(({ answered }) => answered === 200).map(({ body }) => numberIn(second.merchant, body)),
    );
  while (!paid.every((number) => notified().has(number))) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("SIGTERM ends it with 0; only this user can read its secrets", async () => {
  const { child } = await start();
  for (const name of [
    "keys.json",
    "payment_config.json",
    "payment_config.v2.json",
    "apiclient_key.pem",
    "apiclient_cert.p12",
    "journal.jsonl",
  ]) {
    expect((await stat(join(folder, "sandbox", name))).mode & 0o777).toBe(0o600);
  }
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a product with NODE_EXTRA_CA_CERTS reaches the HTTPS address; others do not", async () => {
  const { child } = await start();
  const config = JSON.parse(
    await readFile(join(folder, "sandbox/payment_config.v2.json"), "utf8"),
  ) as MerchantCredentials;
  const ask = `fetch("${config.api_base}/pay/orderquery", {method: "POST", body: "<xml></xml>"}).then(async (reply) => process.stdout.write(await reply.text()), () => process.stdout.write("untrusted"))`;
  const answerWith = async (env: Record<string, string>) => {
    const asking = spawn("node_modules/.bin/node", ["-e", ask], { env: { ...process.env, ...env } });
    let text = "";
    for await (const chunk of asking.stdout as AsyncIterable<Buffer>) text += chunk.toString();
    return text;
  };
  expect(await answerWith({ NODE_EXTRA_CA_CERTS: join(folder, "sandbox/tls_ca.pem") })).toContain("FAIL");
  expect(await answerWith({})).toBe("untrusted");
  child.kill("SIGTERM");
  await once(child, "exit");
});
