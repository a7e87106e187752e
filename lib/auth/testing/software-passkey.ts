import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { CreationOptions, RequestOptions } from "../passkey-ceremony.ts";

// An authenticator in software, with the browser in front of it: real keys, real signatures, made by node:crypto alone.

type Cbor = number | string | Uint8Array | readonly (readonly [Cbor, Cbor])[];

const head = (major: number, value: number): Buffer =>
  value < 24
    ? Buffer.from([(major << 5) | value])
    : value < 256
      ? Buffer.from([(major << 5) | 24, value])
      : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);

/** As much of CBOR (RFC 8949) as an attestation needs; maps as lists of pairs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.length), ...value.flatMap(([key, each]) => [cbor(key), cbor(each)])]);
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const SYNCED = 0x08 | 0x10;
const WITH_CREDENTIAL = 0x40;

export interface Told {
  /** The page that asks; the true one by default. */
  readonly origin?: string;
  /** Whether the finger, the face or the PIN was right. */
  readonly isVerified?: boolean;
  readonly isFramed?: boolean;
}

interface SoftwarePasskeyOptions {
  readonly origin: string;
  /** Whether it counts its signatures. */
  readonly counts?: boolean;
  readonly isSynced?: boolean;
}

/** One passkey of one person. */
export class SoftwarePasskey {
  readonly credentialId = randomBytes(32);
  counter = 0;
  #key: KeyObject | undefined;
  #userHandle = "";
  readonly #options: Required<SoftwarePasskeyOptions>;

  constructor({ origin, counts = true, isSynced = false }: SoftwarePasskeyOptions) {
    this.#options = { origin, counts, isSynced };
  }

  /** What `navigator.credentials.create` answers, as JSON. */
  create({ challenge, rp, user }: CreationOptions, told: Told = {}): string {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    this.#userHandle = user.id;
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const coordinate = (text: string) => Buffer.from(text, "base64url");
    const coseKey = cbor([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ]);
    const length = Buffer.from([0, this.credentialId.length]);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.credentialId, coseKey]);
    const authData = Buffer.concat([this.#authenticatorData(rp.id ?? "", WITH_CREDENTIAL, told), credential]);
    const attestation = cbor([
      ["fmt", "none"],
      ["attStmt", []],
      ["authData", authData],
    ]);
    return this.#answer({
      clientDataJSON: this.#clientData("webauthn.create", challenge, told).toString("base64url"),
      attestationObject: attestation.toString("base64url"),
      transports: ["internal", "hybrid"],
    });
  }

  /** What `navigator.credentials.get` answers, as JSON. */
  get({ challenge, rpId }: RequestOptions, told: Told = {}): string {
    if (this.#key === undefined) throw new Error("the passkey was not made yet");
    const clientData = this.#clientData("webauthn.get", challenge, told);
    const authData = this.#authenticatorData(rpId ?? "", 0, told);
    const signed = Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
    return this.#answer({
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: authData.toString("base64url"),
      signature: sign("sha256", signed, this.#key).toString("base64url"),
      userHandle: this.#userHandle,
    });
  }

  #answer(response: object): string {
    const id = this.credentialId.toString("base64url");
    return JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });
  }

  #clientData(type: string, challenge: string, { origin = this.#options.origin, isFramed = false }: Told): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: isFramed }));
  }

  #authenticatorData(rpId: string, extra: number, { isVerified = true }: Told): Buffer {
    const { counts, isSynced } = this.#options;
    if (counts) this.counter++;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.counter);
    const flags = PRESENT | (isVerified ? VERIFIED : 0) | (isSynced ? SYNCED : 0) | extra;
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), count]);
  }
}
