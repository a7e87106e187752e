import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificate } from "#lib/sandbox/index.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { gatewayKeyStore } from "./gateway-keys.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint, status, retired_at)
     select id, 'v3', 'wx', '1900000001', false, '', sha256(id::bytea), 'retired', now() from unnest(array['acc_1', 'acc_2']) as id`,
  );
});
afterAll(() => database.close());

function certificate(daysLeft: number): string {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const until = new Date(Date.now() + daysLeft * 86_400_000);
  const { pem } = makeCertificate(
    { privateKey, publicKey },
    { name: [["CN", "Tenpay.com sign"]], notBefore: new Date(0), notAfter: until },
  );
  return pem;
}

const serial = (pem: string) => new X509Certificate(pem).serialNumber;

test("what was saved last is what is loaded, for this account alone", async () => {
  const keys = gatewayKeyStore(database.pool);
  const [old, current, next] = [certificate(1), certificate(100), certificate(200)];
  await keys.save("acc_2", [old]);
  await keys.save("acc_1", [old, current]);
  await keys.save("acc_1", [current, next]);
  await keys.save("acc_1", [next, current]);
  expect((await keys.load("acc_1")).map(serial)).toEqual([serial(next), serial(current)]);
  expect(await keys.load("acc_2")).toEqual([old]);
  await keys.save("acc_2", []);
  expect(await keys.load("acc_2")).toEqual([]);
});

test("bytes that are no certificate change nothing", async () => {
  const keys = gatewayKeyStore(database.pool);
  const before = await keys.load("acc_1");
  await expect(keys.save("acc_1", ["nonsense"])).rejects.toThrow();
  expect(await keys.load("acc_1")).toEqual(before);
});
