import { generateKeyPairSync } from "node:crypto";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { makeCertificate } from "#lib/sandbox/index.ts";

/** A certificate with its keys, as the merchant platform hands them out; the holder is who its name says. */
export function newKeyFiles(commonName: string, organization = "MMPaymch") {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const now = new Date();
  const name = [
    ["CN", commonName],
    ["O", organization],
    ["OU", "Shop"],
  ] as const;
  const { pem, serial } = makeCertificate(pair, {
    name,
    notBefore: addMs(now, -DAY_MS),
    notAfter: addMs(now, 100 * DAY_MS),
  });
  return {
    cert: pem,
    serial,
    key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    encryptedKey: pair.privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
      .toString(),
  };
}
