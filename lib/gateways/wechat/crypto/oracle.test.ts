// Goal: our texts, signatures and ciphers agree with an independent implementation on random inputs.
import { constants, createCipheriv, generateKeyPairSync, privateDecrypt } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Aes, Formatter, Hash, Rsa } from "wechatpay-axios-plugin";
import { selfSigned } from "../testing/certificate.ts";
import { authorizationHeader, bridgeText, requestText, signedBytes } from "./canonical.ts";
import { certificateFrom, encryptField, privateKeyFrom, publicKeyFrom, signRsa, verifyRsa } from "./rsa.ts";
import { md5Hex, openEcb, openGcm, v2Sign, v2Verify } from "./shared-key.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const key32 = fc.string({ unit: fc.constantFrom(..."0123456789abcdefXYZ"), minLength: 32, maxLength: 32 });
const nonce12 = fc.string({ unit: fc.constantFrom(..."0123456789abcdefXYZ"), minLength: 12, maxLength: 12 });
const anyText = fc.string({ unit: "binary" });

test("request, answer and bridge texts", () => {
  const parts = fc.tuple(fc.constantFrom("GET" as const, "POST" as const), anyText, anyText, anyText, anyText);
  fc.assert(
    fc.property(parts, ([method, path, timestamp, nonce, body]) => {
      const ours = requestText({ method, path, timestamp, nonce, body });
      expect(ours).toBe(Formatter.request(method, path, timestamp, nonce, body));
      const answered = signedBytes({ timestamp, nonce }, Buffer.from(body));
      expect(answered).toEqual(Buffer.from(Formatter.response(timestamp, nonce, body)));
      const bridge = bridgeText({ appId: path, timestamp, nonce, package: body });
      expect(bridge).toBe(Formatter.joinedByLineFeed(path, timestamp, nonce, body));
    }),
  );
});

test("the Authorization header has the same parts", () => {
  const header = authorizationHeader({
    merchantNumber: "1900000001",
    serialNo: "AB12",
    nonce: "n",
    timestamp: "1",
    signature: "c2ln",
  });
  const parts = (value: string) => new Set(value.replace("WECHATPAY2-SHA256-RSA2048 ", "").split(","));
  expect(parts(header)).toEqual(parts(Formatter.authorization("1900000001", "n", "c2ln", "1", "AB12")));
});

test("signatures verify on the other side, and theirs on ours", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const signature = await signRsa(text, privateKeyFrom(privateKey));
      expect(Rsa.verify(text, signature, publicKey)).toBe(true);
      expect(verifyRsa(Buffer.from(text), Rsa.sign(text, privateKey), publicKeyFrom(publicKey))).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("a signature is taken in its proper base64 only", async () => {
  const signature = await signRsa("text", privateKeyFrom(privateKey));
  for (const spelt of [`${signature}=`, ` ${signature}`, signature.replace(/=+$/, ""), `${signature}AAAA`, ""]) {
    expect(verifyRsa(Buffer.from("text"), spelt, publicKeyFrom(publicKey))).toBe(false);
  }
});

test("what they seal with GCM we open, and nothing that was altered", () => {
  fc.assert(
    fc.property(fc.tuple(anyText, key32, nonce12, anyText, fc.nat()), ([plain, key, nonce, associatedData, at]) => {
      const ciphertext = Aes.AesGcm.encrypt(plain, key, nonce, associatedData);
      expect(openGcm({ nonce, associatedData, ciphertext }, key)).toEqual(Buffer.from(plain));
      const bytes = Buffer.from(ciphertext, "base64");
      const place = at % bytes.length;
      bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
      expect(openGcm({ nonce, associatedData, ciphertext: bytes.toString("base64") }, key)).toBeNull();
      expect(openGcm({ nonce, associatedData: `${associatedData}x`, ciphertext }, key)).toBeNull();
    }),
  );
});

test("GCM refuses keys, nonces and texts of the wrong length", () => {
  const sealed = { nonce: "0123456789ab", associatedData: "", ciphertext: Buffer.alloc(16).toString("base64") };
  const key = "0".repeat(32);
  // Rightly sealed, but not as WeChat Pay seals.
  const cipher = createCipheriv("aes-256-gcm", key, "0123456789a").setAAD(Buffer.alloc(0));
  const short = Buffer.concat([cipher.update("x"), cipher.final(), cipher.getAuthTag()]).toString("base64");
  expect(openGcm({ nonce: "0123456789a", associatedData: "", ciphertext: short }, key)).toBeNull();
  expect(openGcm(sealed, "0".repeat(31))).toBeNull();
  expect(openGcm({ ...sealed, nonce: "0123456789a" }, key)).toBeNull();
  expect(openGcm({ ...sealed, ciphertext: Buffer.alloc(15).toString("base64") }, key)).toBeNull();
});

test("what they seal with ECB we open, and bad input opens to nothing", () => {
  // Theirs leaves out the padding of whole blocks, which PKCS#7 does not allow.
  const uneven = anyText.filter((plain) => Buffer.byteLength(plain) % 16 !== 0);
  fc.assert(
    fc.property(uneven, key32, (plain, key) => {
      expect(openEcb(Aes.AesEcb.encrypt(plain, key), key)).toEqual(Buffer.from(plain));
    }),
  );
  expect(openEcb("AAAA", "0".repeat(32))).toBeNull();
  expect(openEcb("AAAA", "0".repeat(16))).toBeNull();
});

test("v2 digests agree, for names in any order", () => {
  const name = fc.string({ unit: fc.constantFrom(..."abcXYZ_019"), minLength: 1, maxLength: 8 });
  // A name that looks like a number would be sorted by the object itself, on their side.
  const names = name.filter((each) => each !== "sign" && !/^[0-9]+$/.test(each));
  fc.assert(
    fc.property(fc.dictionary(names, anyText, { noNullPrototype: true }), key32, (fields, key) => {
      const theirs = Formatter.queryStringLike(Formatter.ksort(fields));
      const ours = new Map(Object.entries(fields));
      expect(v2Sign(ours, key, "MD5")).toBe(Hash.md5(theirs, key).toUpperCase());
      expect(v2Sign(ours, key, "HMAC-SHA256")).toBe(Hash.hmac(theirs, key).toUpperCase());
    }),
  );
  expect(md5Hex("x")).toBe(Hash.md5("x"));
  expect(v2Verify(new Map([["a", "b"]]), "k", "MD5")).toBe(false);
});

test("keys that are not RSA, or too short, are refused", () => {
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
  expect(() => publicKeyFrom(ec.publicKey.export({ type: "spki", format: "pem" }).toString())).toThrow("RSA");
  expect(() => privateKeyFrom(short.privateKey.export({ type: "pkcs8", format: "pem" }).toString())).toThrow("2048");
  // Signs otherwise than WeChat Pay does, though its numbers are as long.
  const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
  expect(() => publicKeyFrom(pss.publicKey.export({ type: "spki", format: "pem" }).toString())).toThrow("2048");
  expect(() => privateKeyFrom("nonsense")).toThrow();
  expect(() => certificateFrom("nonsense")).toThrow();
});

test("a sensitive field opens with the private key, by OAEP with SHA-1, on both sides", () => {
  const text = "Zhang \u5f20";
  const sealed = encryptField(text, publicKeyFrom(publicKey));
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const opened = privateDecrypt({ key: privateKey, padding, oaepHash: "sha1" }, Buffer.from(sealed, "base64"));
  expect(opened.toString()).toBe(text);
  expect(Rsa.decrypt(sealed, privateKey)).toBe(text);
});

test("a certificate is its serial in capitals, its key and its end", () => {
  const expiresAt = new Date("2030-01-01T00:00:00Z");
  const pem = selfSigned({
    privateKey: privateKeyFrom(privateKey),
    serial: "5157f09efdc096de15ebe81a47057a7232f1b8ea",
    expiresAt,
  });
  const certificate = certificateFrom(pem);
  expect([certificate.serial, certificate.expiresAtMs]).toEqual([
    ...["5157F09EFDC096DE15EBE81A47057A7232F1B8EA", expiresAt.getTime()],
  ]);
  expect(certificate.key.equals(publicKeyFrom(publicKey))).toBe(true);
});
