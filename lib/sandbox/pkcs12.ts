import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  pbkdf2Sync,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { integer, NULL, oid, TAG, tlv } from "./der.ts";

// A PKCS #12 key store (RFC 7292), such as WeChat Pay's `apiclient_cert.p12`: the form in which some SDKs take the merchant's
// certificate. Sealed by AES and SHA-256, since OpenSSL 3 does not open the older ciphers any more.

const OIDS = {
  data: "1.2.840.113549.1.7.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certBag: "1.2.840.113549.1.12.10.1.3",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  localKeyId: "1.2.840.113549.1.9.21",
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacWithSha256: "1.2.840.113549.2.9",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
  sha256: "2.16.840.1.101.3.4.2.1",
} as const;

const ITERATIONS = 10_000;
const SALT_BYTES = 16;

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(TAG.sequence, ...parts);
const octets = (bytes: Uint8Array): Buffer => tlv(TAG.octetString, bytes);
const explicit = (content: Uint8Array): Buffer => tlv(0xa0, content);

/** @param password of ASCII; WeChat Pay's is the merchant number */
export function makeKeyStore(
  { privateKey, certificate }: { readonly privateKey: string; readonly certificate: string },
  password: string,
): Buffer {
  const certificateDer = new X509Certificate(certificate).raw;
  const keyDer = createPrivateKey(privateKey).export({ type: "pkcs8", format: "der" });
  // The same id on both says that they belong together.
  const id = createHash("sha1").update(certificateDer).digest();
  const bags = sequence(
    bag(OIDS.certBag, sequence(oid(OIDS.x509Certificate), explicit(octets(certificateDer))), id),
    bag(OIDS.shroudedKeyBag, sealed(keyDer, password), id),
  );
  const safe = sequence(dataOf(bags));
  return sequence(integer(3), dataOf(safe), macOf(safe, password));
}

const dataOf = (content: Uint8Array): Buffer => sequence(oid(OIDS.data), explicit(octets(content)));

const bag = (kind: string, value: Uint8Array, id: Uint8Array): Buffer =>
  sequence(oid(kind), explicit(value), tlv(TAG.set, sequence(oid(OIDS.localKeyId), tlv(TAG.set, octets(id)))));

/** PBES2 (RFC 8018): EncryptedPrivateKeyInfo. */
function sealed(plain: Uint8Array, password: string): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256"), iv);
  const derivation = sequence(
    oid(OIDS.pbkdf2),
    sequence(octets(salt), integer(ITERATIONS), sequence(oid(OIDS.hmacWithSha256), NULL)),
  );
  return sequence(
    sequence(oid(OIDS.pbes2), sequence(derivation, sequence(oid(OIDS.aes256Cbc), octets(iv)))),
    octets(Buffer.concat([cipher.update(plain), cipher.final()])),
  );
}

function macOf(content: Uint8Array, password: string): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const digest = createHmac("sha256", macKey(password, salt)).update(content).digest();
  return sequence(sequence(sequence(oid(OIDS.sha256), NULL), octets(digest)), octets(salt), integer(ITERATIONS));
}

/** RFC 7292 appendix B.2 for the purpose 3, a key for the MAC: one block of SHA-256 is all that is needed. */
function macKey(password: string, salt: Uint8Array): Buffer {
  const text = Buffer.from(`${password}\0`, "utf16le").swap16();
  let block = Buffer.concat([Buffer.alloc(64, 3), repeated(salt), repeated(text)]);
  for (let round = 0; round < ITERATIONS; round++) block = createHash("sha256").update(block).digest();
  return block;
}

/** To whole blocks of 64 bytes. */
const repeated = (bytes: Uint8Array): Buffer => Buffer.alloc(Math.ceil(bytes.length / 64) * 64, bytes);
