import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createSign,
  type KeyObject,
  pbkdf2Sync,
  randomBytes,
  X509Certificate,
} from "node:crypto";

// Just enough DER (ITU-T X.690) to write certificates and key stores.

const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), derLength(content.length), content]);
};

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(TAG.oid, Buffer.from(bytes));
}

const NULL = Buffer.from([0x05, 0x00]);

/** @param value whole and not negative */
function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  // A first bit of 1 would make it negative.
  return tlv(TAG.integer, ...((bytes[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), bytes);
}

// A self-signed X.509 v3 certificate; node:crypto reads certificates but makes none.

const utcTime = (moment: Date): Buffer =>
  tlv(TAG.utcTime, Buffer.from(`${moment.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`, "ascii"));

const NAME_OIDS = { C: "2.5.4.6", O: "2.5.4.10", OU: "2.5.4.11", CN: "2.5.4.3" } as const;
export type DistinguishedName = readonly (readonly [keyof typeof NAME_OIDS, string])[];

const nameOf = (name: DistinguishedName): Buffer =>
  tlv(
    TAG.sequence,
    ...name.map(([attribute, text]) =>
      tlv(TAG.set, tlv(TAG.sequence, oid(NAME_OIDS[attribute]), tlv(TAG.utf8, Buffer.from(text, "utf8")))),
    ),
  );

const SHA256_WITH_RSA = tlv(TAG.sequence, oid("1.2.840.113549.1.1.11"), NULL);
/** digitalSignature, critical: bit string 03 02 07 80 inside an octet string. */
const KEY_USAGE = tlv(
  TAG.sequence,
  oid("2.5.29.15"),
  Buffer.from([0x01, 0x01, 0xff]),
  tlv(0x04, Buffer.from([0x03, 0x02, 0x07, 0x80])),
);

/** subjectAltName: localhost, 127.0.0.1, ::1. */
const THIS_MACHINE = tlv(
  TAG.sequence,
  oid("2.5.29.17"),
  tlv(
    0x04,
    tlv(
      TAG.sequence,
      tlv(0x82, Buffer.from("localhost", "ascii")),
      tlv(0x87, Buffer.from([127, 0, 0, 1])),
      tlv(0x87, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    ),
  ),
);

export interface CertificateSubject {
  readonly name: DistinguishedName;
  readonly notBefore: Date;
  /** Before 2050: UTCTime ends there. */
  readonly notAfter: Date;
  /** For a TLS server on this machine. */
  readonly server?: boolean;
}

/** A self-signed certificate. The serial is 40 upper-case hex digits, as WeChat Pay's are. */
export function makeCertificate(
  pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  { name, notBefore, notAfter, server = false }: CertificateSubject,
): { readonly pem: string; readonly serial: string } {
  const serialBytes = randomBytes(20);
  // A DER integer is signed and has no leading zeros: a first byte of 0x40–0x7f is positive and keeps all 40 digits.
  serialBytes[0] = 0x40 | ((serialBytes[0] ?? 0) & 0x3f);
  const toBeSigned = tlv(
    TAG.sequence,
    tlv(0xa0, tlv(TAG.integer, Buffer.from([2]))),
    tlv(TAG.integer, serialBytes),
    SHA256_WITH_RSA,
    nameOf(name),
    tlv(TAG.sequence, utcTime(notBefore), utcTime(notAfter)),
    nameOf(name),
    pair.publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, tlv(TAG.sequence, KEY_USAGE, ...(server ? [THIS_MACHINE] : []))),
  );
  const signature = createSign("sha256").update(toBeSigned).sign(pair.privateKey);
  const der = tlv(TAG.sequence, toBeSigned, SHA256_WITH_RSA, tlv(TAG.bitString, Buffer.from([0]), signature));
  return { pem: toPem(der), serial: serialBytes.toString("hex").toUpperCase() };
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

// A PKCS #12 key store (RFC 7292) like WeChat Pay's `apiclient_cert.p12`, which some SDKs need. Encrypted with AES and
// SHA-256, since OpenSSL 3 does not support the older ciphers by default.

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
  // The same id shows that both belong together.
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

/** RFC 7292 appendix B.2 with purpose 3, the key of the MAC. One block of SHA-256 is enough. */
function macKey(password: string, salt: Uint8Array): Buffer {
  const text = Buffer.from(`${password}\0`, "utf16le").swap16();
  let block = Buffer.concat([Buffer.alloc(64, 3), repeated(salt), repeated(text)]);
  for (let round = 0; round < ITERATIONS; round++) block = createHash("sha256").update(block).digest();
  return block;
}

/** To whole blocks of 64 bytes. */
const repeated = (bytes: Uint8Array): Buffer => Buffer.alloc(Math.ceil(bytes.length / 64) * 64, bytes);
