import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { openBench } from "../testing/client.ts";
import { makeCertificate } from "./certificate.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const life = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2031-01-01T00:00:00Z") };

test("a certificate is read as it was written, names in Chinese too", () => {
  const { pem, serial } = makeCertificate(pair, {
    name: [
      ["O", "演示店"],
      ["CN", "1900000000"],
    ],
    ...life,
  });
  const read = new X509Certificate(pem);
  expect(read.subject).toBe("O=演示店\nCN=1900000000");
  expect(read.issuer).toBe(read.subject);
  expect([new Date(read.validFrom), new Date(read.validTo)]).toEqual([life.notBefore, life.notAfter]);
  expect(read.serialNumber).toBe(serial);
  expect(read.verify(pair.publicKey)).toBe(true);
  expect(read.checkPrivateKey(pair.privateKey)).toBe(true);
});

test("serials always have forty digits: none begins with a zero, none is negative", () => {
  for (let round = 0; round < 40; round++) {
    const { pem, serial } = makeCertificate(pair, { name: [["CN", "x"]], ...life });
    expect(serial).toMatch(/^[4-7][0-9A-F]{39}$/);
    expect(new X509Certificate(pem).serialNumber).toBe(serial);
  }
});

// sdk-tenpay.test.ts uses it for real calls.

test("the key store opens with the merchant number alone, and is made once", async () => {
  const bench = await openBench();
  try {
    const read = () => readFile(join(bench.folder, "sandbox/apiclient_cert.p12"));
    const pfx = await read();
    expect(() => createSecureContext({ pfx, passphrase: bench.merchant.mch_id })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: `${bench.merchant.mch_id}0` })).toThrow("mac verify failure");
    await bench.restart();
    expect(await read()).toEqual(pfx);
  } finally {
    await bench.close();
  }
});
