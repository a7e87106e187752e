import {
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { V3Credentials } from "#lib/base/account-credentials.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { Secret } from "#lib/base/secret.ts";
import type { KeyStore } from "../../account.ts";
import { type Exchange, exchange } from "../transport.ts";
import { selfSigned } from "./certificate.ts";

// The other end of the wire in a few lines, for tests that need it to misbehave exactly so. It signs with node:crypto
// alone and shares nothing with the code it tests.

export const API_V3_KEY = "0123456789abcdef0123456789abcdef";
export const APP_ID = "wx0123456789abcdef";
export const MERCHANT = "1900000001";

const newKey = (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
export const pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: "spki", format: "pem" }).toString();

export const merchantKey = newKey();

export interface PlatformKey {
  readonly serial: string;
  readonly privateKey: KeyObject;
  readonly certificatePem: string;
}

export function newPlatformKey(serial: string, expiresAt = new Date("2040-01-01T00:00:00Z")): PlatformKey {
  const privateKey = newKey();
  return { serial, privateKey, certificatePem: selfSigned({ privateKey, serial, expiresAt }) };
}

export const PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026000000000001";
export const publicKeyMode = { serial: PUBLIC_KEY_ID, privateKey: newKey() };

export const NOW = new Date("2026-07-01T10:00:00Z");
/** A clock that stands until it is moved. */
export function testClock(): Clock & { move(ms: number): void } {
  let now = NOW.getTime();
  return {
    now: () => new Date(now),
    move: (ms) => {
      now += ms;
    },
  };
}

export interface LogLine {
  readonly event: string;
  readonly fields: Record<string, unknown>;
}
export function testLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const note = (event: string, fields: Record<string, unknown> = {}) => void lines.push({ event, fields });
  return { lines, info: note, warn: note, error: note };
}

export function memoryKeyStore(initial: readonly string[] = []): KeyStore & { kept: readonly string[] } {
  return {
    kept: initial,
    async load() {
      return this.kept;
    },
    async save(_accountId, certificatePems) {
      this.kept = certificatePems;
    },
  };
}

/** Signature headers over any body, by any key, with the faults that the test wants. */
export function signedHeaders(
  key: { serial: string; privateKey: KeyObject },
  body: string | Buffer,
  wrong: Record<string, string | null> = {},
): Record<string, string> {
  const timestamp = wrong["wechatpay-timestamp"] ?? String(Math.floor(NOW.getTime() / 1000));
  const nonce = randomBytes(8).toString("hex");
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from("\n")]);
  const headers: Record<string, string | null> = {
    "wechatpay-timestamp": timestamp,
    "wechatpay-nonce": nonce,
    "wechatpay-serial": key.serial,
    "wechatpay-signature": sign("sha256", text, key.privateKey).toString("base64"),
    ...wrong,
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null));
}

export function seal(plain: string, associatedData = "transaction", key = API_V3_KEY) {
  const nonce = randomBytes(6).toString("hex");
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(associatedData));
  const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  const ciphertext = sealed.toString("base64");
  return { algorithm: "AEAD_AES_256_GCM", ciphertext, nonce, associated_data: associatedData };
}

export const certificatesBody = (keys: readonly PlatformKey[]): string =>
  JSON.stringify({
    data: keys.map((key) => ({
      serial_no: key.serial,
      encrypt_certificate: seal(key.certificatePem, "certificate"),
    })),
  });

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Scripted {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}
export type Script = (seen: Seen, response: ServerResponse) => Scripted | undefined;

export interface Platform {
  readonly origin: string;
  readonly seen: Seen[];
  script: Script;
  close(): Promise<void>;
}

/** Answers each request as its script says; a script that returns nothing has answered itself, or never answers. */
export async function startPlatform(script: Script): Promise<Platform> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method = "", url = "", headers } = request;
    const seen = { method, path: url, headers, body: Buffer.concat(parts).toString() };
    platform.seen.push(seen);
    const answer = platform.script(seen, response);
    if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const platform: Platform = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    script,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return platform;
}

/** Whether the request is signed by our merchant key over exactly what arrived. */
export function isRightlySigned({ method, path, headers, body }: Seen): boolean {
  const [scheme, list = ""] = (headers.authorization ?? "").split(" ");
  const fields = Object.fromEntries([...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const text = `${method}\n${path}\n${fields.timestamp}\n${fields.nonce_str}\n${body}\n`;
  const signature = Buffer.from(String(fields.signature), "base64");
  return (
    scheme === "WECHATPAY2-SHA256-RSA2048" &&
    fields.mchid === MERCHANT &&
    fields.serial_no === "MERCHANTSERIAL" &&
    verify("sha256", Buffer.from(text), createPublicKey(merchantKey), signature)
  );
}

export const credentialsFor = (apiBase: string, changes: Partial<V3Credentials> = {}): V3Credentials => ({
  id: "acc_test",
  version: "1",
  protocol: "v3",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  notifyUrl: "https://shop.example/payment/notify",
  apiV3Key: new Secret(API_V3_KEY),
  serialNo: "MERCHANTSERIAL",
  privateKeyPem: new Secret(pem(merchantKey)),
  apiBase,
  ...changes,
});

export const inPublicKeyMode = { publicKeyId: PUBLIC_KEY_ID, publicKeyPem: publicPem(publicKeyMode.privateKey) };

/** The real exchange with short timeouts. */
export const impatient: Exchange = (request, limits) =>
  exchange(request, { ...limits, connectMs: 500, totalMs: Math.min(limits.totalMs, 250) });
