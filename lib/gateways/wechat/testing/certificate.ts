import { createPublicKey, type KeyObject, sign } from "node:crypto";

// A self-signed X.509 certificate by hand, for tests: Node reads certificates but makes none.

export interface CertificateWish {
  readonly privateKey: KeyObject;
  /** Even number of upper-case hex digits; the first below 8. */
  readonly serial: string;
  readonly expiresAt: Date;
  readonly commonName?: string;
}

/** @returns PEM */
export function selfSigned({ privateKey, serial, expiresAt, commonName = "test" }: CertificateWish): string {
  const name = sequence(
    der(0x31, sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from(commonName)))),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(serial, "hex")),
    SHA256_WITH_RSA,
    name,
    sequence(moment(new Date(0)), moment(expiresAt)),
    name,
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]);
  const text = sequence(body, SHA256_WITH_RSA, der(0x03, signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

const moment = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`));

const SHA256_WITH_RSA = Buffer.from("300d06092a864886f70d01010b0500", "hex");
