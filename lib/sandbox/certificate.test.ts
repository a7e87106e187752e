import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { makeCertificate } from "./certificate.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const life = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2031-01-01T00:00:00Z") };

test("a certificate is read as it was written, names in Chinese too", () => {
  const { pem, serial } = makeCertificate(pair, {
    name: [
      ["O", "灵付演示店"],
      ["CN", "1900000000"],
    ],
    ...life,
  });
  const read = new X509Certificate(pem);
  expect(read.subject).toBe("O=灵付演示店\nCN=1900000000");
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
