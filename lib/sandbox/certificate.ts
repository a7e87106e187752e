import { createSign, type KeyObject, randomBytes } from "node:crypto";

// Just enough DER (ITU-T X.690) to write a self-signed X.509 v3 certificate; node:crypto reads certificates but makes none.

const TAG = {
  integer: 0x02,
  bitString: 0x03,
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

const NULL = Buffer.from([0x05, 0x00]);
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
