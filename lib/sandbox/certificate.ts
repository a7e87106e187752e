import { createSign, type KeyObject, randomBytes } from "node:crypto";
import { NULL, oid, TAG, tlv } from "./der.ts";

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
