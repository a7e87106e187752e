import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes, randomInt } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DAY_MS } from "../clock.ts";
import { type DistinguishedName, makeCertificate } from "./certificate.ts";

/** Which key signs notices and answers: before, after, or during WeChat's move from certificates to the public key. */
export type KeyMode = "certificate" | "public_key" | "mix";

export interface SandboxCertificate {
  readonly serial: string;
  readonly pem: string;
  readonly privateKey: string;
  readonly effectiveAt: string;
  readonly expireAt: string;
}

/** The keys and numbers made at the first start, as stored in `keys.json`. */
export interface SandboxKeys {
  readonly mchid: string;
  readonly appid: string;
  readonly appSecret: string;
  readonly apiV3Key: string;
  readonly apiV2Key: string;
  readonly merchant: { readonly privateKey: string; readonly certificate: string; readonly serial: string };
  /** The certificate that signs, and the one that signs after the next rotation. Both are published. */
  readonly platform: readonly [SandboxCertificate, SandboxCertificate];
  /** Serials that signed before: a request may still name one. */
  readonly retiredSerials: readonly string[];
  readonly publicKey: { readonly id: string; readonly privateKey: string; readonly publicKey: string };
  readonly mode: KeyMode;
  /** `/v3/certificates` answers 404, as for merchants that started with the public key. */
  readonly certificates404: boolean;
  /** For HTTPS. Absent in folders of earlier versions. */
  readonly tls?: { readonly privateKey: string; readonly certificate: string };
}

const makePair = promisify(generateKeyPair);
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const randomText = (length: number, alphabet = ALPHANUMERIC): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
export const randomDigits = (length: number): string => randomText(length, "0123456789");

/** Reads the keys under `folder`, or makes them. */
export async function loadKeys(folder: string, now: Date): Promise<SandboxKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const ring = JSON.parse(await readFile(join(folder, "keys.json"), "utf8")) as SandboxKeys;
    if (ring.tls !== undefined) return ring;
    const completed = { ...ring, tls: await makeTlsKey(now) };
    await saveKeys(folder, completed);
    return completed;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
  const ring = await makeKeys(now);
  await saveKeys(folder, ring);
  return ring;
}

export const saveKeys = (folder: string, ring: SandboxKeys): Promise<void> =>
  writeDurably(join(folder, "keys.json"), `${JSON.stringify(ring, null, 2)}\n`);

async function makeKeys(now: Date): Promise<SandboxKeys> {
  const mchid = `19${randomDigits(8)}`;
  const merchantName: DistinguishedName = [
    ["C", "CN"],
    ["O", "微信商户系统"],
    ["OU", "演示店"],
    ["CN", mchid],
  ];
  const [merchantPair, ownPair, first, second] = await Promise.all([
    makePair("rsa", { modulusLength: 2048 }),
    makePair("rsa", { modulusLength: 2048 }),
    makePlatformCertificate(now),
    makePlatformCertificate(now),
  ]);
  const certificate = makeCertificate(merchantPair, { name: merchantName, ...lifeFrom(now) });
  return {
    mchid,
    appid: `wx${randomBytes(8).toString("hex")}`,
    appSecret: randomBytes(16).toString("hex"),
    apiV3Key: randomText(32),
    apiV2Key: randomText(32),
    merchant: {
      privateKey: pkcs8(merchantPair.privateKey),
      certificate: certificate.pem,
      serial: certificate.serial,
    },
    platform: [first, second],
    retiredSerials: [],
    publicKey: {
      id: `PUB_KEY_ID_0${mchid}2024101100${randomDigits(12)}`,
      privateKey: pkcs8(ownPair.privateKey),
      publicKey: ownPair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    },
    mode: "public_key",
    certificates404: true,
    tls: await makeTlsKey(now),
  };
}

/** Self-signed: clients have to trust it (`tls_ca.pem`). */
async function makeTlsKey(now: Date): Promise<NonNullable<SandboxKeys["tls"]>> {
  const pair = await makePair("rsa", { modulusLength: 2048 });
  const name: DistinguishedName = [
    ["O", "wechatpay-sandbox"],
    ["CN", "localhost"],
  ];
  const { pem } = makeCertificate(pair, { name, ...lifeFrom(now), server: true });
  return { privateKey: pkcs8(pair.privateKey), certificate: pem };
}

const lifeFrom = (now: Date) => ({
  notBefore: new Date(now.getTime() - DAY_MS),
  notAfter: new Date(now.getTime() + 5 * 365 * DAY_MS),
});

const pkcs8 = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

export async function makePlatformCertificate(now: Date): Promise<SandboxCertificate> {
  const pair = await makePair("rsa", { modulusLength: 2048 });
  const life = lifeFrom(now);
  const name: DistinguishedName = [
    ["C", "CN"],
    ["O", "Tenpay.com"],
    ["CN", "Tenpay.com sign (sandbox)"],
  ];
  const { pem, serial } = makeCertificate(pair, { name, ...life });
  return {
    serial,
    pem,
    privateKey: pkcs8(pair.privateKey),
    effectiveAt: life.notBefore.toISOString(),
    expireAt: life.notAfter.toISOString(),
  };
}

/**
 * The next certificate signs from now on, as in WeChat's renewals.
 * @param how `planned`: to the published next one; `surprise`: to one that was never published
 */
export async function rotate(ring: SandboxKeys, how: "planned" | "surprise", now: Date): Promise<SandboxKeys> {
  const [current, next] = ring.platform;
  const fresh = await makePlatformCertificate(now);
  if (how === "planned") {
    return { ...ring, platform: [next, fresh], retiredSerials: [...ring.retiredSerials, current.serial] };
  }
  return {
    ...ring,
    platform: [fresh, await makePlatformCertificate(now)],
    retiredSerials: [...ring.retiredSerials, current.serial, next.serial],
  };
}

/** Readable by this user only; a crash leaves the old or the new content. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(content);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}

const parsed = new Map<string, KeyObject>();
/** Parsing a PEM costs as much as a signature, so each key is parsed once. */
export function privateKeyOf(pem: string): KeyObject {
  const known = parsed.get(pem);
  if (known !== undefined) return known;
  const key = createPrivateKey(pem);
  parsed.set(pem, key);
  return key;
}
