import {
  constants,
  createCipheriv,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { WeChatError } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import type { Incoming } from "../../http.ts";
import { privateKeyOf, randomText, type SandboxKeys } from "../../keys/key-ring.ts";

const SCHEME = "WECHATPAY2-SHA256-RSA2048";
const FIELDS = ["mchid", "nonce_str", "signature", "timestamp", "serial_no"] as const;
const SKEW_S_MAX = 300;
const NONCE_CHARS_MAX = 32;

type Authorization = Record<(typeof FIELDS)[number], string>;

interface EncryptedField {
  /** Of the key that the request says it used. */
  readonly serial: string;
  /** base64 */
  readonly ciphertext: string;
}

/** Opens a sensitive field. @returns null where it was not encrypted for this key, as WeChat does it */
export function decryptField(keys: SandboxKeys, { serial, ciphertext }: EncryptedField): string | null {
  const own = serial === keys.publicKey.id ? keys.publicKey : keys.platform.find((one) => one.serial === serial);
  if (own === undefined) return null;
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const key = { key: privateKeyOf(own.privateKey), padding, oaepHash: "sha1" };
    return privateDecrypt(key, Buffer.from(ciphertext, "base64")).toString("utf8");
  } catch {
    return null;
  }
}

/** What WeChat Pay checks about every request, before its content. */
export function checkRequest(context: SandboxContext, incoming: Incoming): void {
  checkHeaders(incoming);
  checkAuthorization(context, incoming);
}

function checkHeaders({ method, headers, body }: Incoming): void {
  const accept = headers.accept ?? "";
  if (accept === "" || (headers["user-agent"] ?? "") === "") {
    throw new WeChatError("PARAM_ERROR", "Http头缺少Accept或User-Agent");
  }
  if (!/(application\/json|\*\/\*)/.test(accept)) throw new WeChatError("PARAM_ERROR", "Http头Accept不支持");
  if (method !== "GET" && body.length > 0 && !/^application\/json\b/i.test(headers["content-type"] ?? "")) {
    throw new WeChatError("PARAM_ERROR", "Http头Content-Type应为application/json");
  }
}

function checkAuthorization({ keys, clock }: SandboxContext, incoming: Incoming): void {
  const fields = parseAuthorization(incoming.headers.authorization ?? "");
  if (fields.mchid !== keys.mchid) throw new WeChatError("SIGN_ERROR", "商户号不存在");
  // A hexadecimal number: wechatpay-node-v3 writes it in lower case.
  if (fields.serial_no.toUpperCase() !== keys.merchant.serial)
    throw new WeChatError("SIGN_ERROR", "商户证书序列号有误");
  if (fields.nonce_str.length > NONCE_CHARS_MAX) throw new WeChatError("SIGN_ERROR", "随机串过长");
  if (
    !/^[0-9]{1,12}$/.test(fields.timestamp) ||
    Math.abs(clock.wallSeconds() - Number(fields.timestamp)) > SKEW_S_MAX
  ) {
    throw new WeChatError("SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟");
  }
  const { method, target, body } = incoming;
  const message = Buffer.concat([
    Buffer.from(`${method}\n${target}\n${fields.timestamp}\n${fields.nonce_str}\n`, "utf8"),
    body,
    Buffer.from("\n"),
  ]);
  if (!merchantSigned(keys, message, fields.signature)) {
    throw new WeChatError("SIGN_ERROR", "签名错误，请检查后再试", {
      field: "signature",
      issue: "sign not match",
      location: "authorization",
      // As WeChat Pay does, so that a developer sees which text was verified.
      sign_information: { method, url: target, truncated_sign_message: message.toString("utf8").slice(0, 512) },
    });
  }
}

function parseAuthorization(header: string): Authorization {
  const space = header.indexOf(" ");
  if (header.slice(0, space) !== SCHEME) throw new WeChatError("SIGN_ERROR", "Http头Authorization认证类型不正确");
  const found = new Map<string, string>();
  for (const pair of header.slice(space + 1).split(",")) {
    const [, name, value] = /^([a-z_]+)="([^"]*)"$/.exec(pair) ?? [];
    if (name === undefined || value === undefined || found.has(name)) {
      throw new WeChatError("SIGN_ERROR", "Http头Authorization格式不正确");
    }
    found.set(name, value);
  }
  const missing = FIELDS.find((name) => (found.get(name) ?? "") === "");
  if (missing !== undefined || found.size !== FIELDS.length) {
    throw new WeChatError("SIGN_ERROR", `Http头Authorization缺少${missing ?? "或多出字段"}`);
  }
  return Object.fromEntries(found) as Authorization;
}

const publicKeys = new Map<string, KeyObject>();

/** Whether the merchant's certificate verifies the signature; used for requests and for paySign. */
export function merchantSigned(keys: SandboxKeys, message: Buffer, signature: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  const { certificate } = keys.merchant;
  const publicKey = publicKeys.get(certificate) ?? new X509Certificate(certificate).publicKey;
  publicKeys.set(certificate, publicKey);
  return createVerify("RSA-SHA256").update(message).verify(publicKey, signature, "base64");
}

// How WeChat Pay signs answers and notices.

export interface SigningKey {
  readonly serial: string;
  readonly privateKey: string;
}

const certificateSigner = ({ keys }: SandboxContext): SigningKey => keys.platform[0];
const publicKeySigner = ({ keys }: SandboxContext): SigningKey => ({
  serial: keys.publicKey.id,
  privateKey: keys.publicKey.privateKey,
});

/**
 * The key that signs an answer. With certificates alone it is always the certificate; otherwise the request may choose.
 * @param wanted the request's `Wechatpay-Serial`
 * @returns null when the request names a serial that never existed
 */
export function answerSigner(context: SandboxContext, wanted: string | undefined): SigningKey | null {
  const { keys } = context;
  if (keys.mode === "certificate") return certificateSigner(context);
  if (wanted === keys.publicKey.id) return publicKeySigner(context);
  if (wanted === undefined) return keys.mode === "public_key" ? publicKeySigner(context) : certificateSigner(context);
  const named = keys.platform.find((certificate) => certificate.serial === wanted);
  if (named !== undefined) return named;
  return keys.retiredSerials.includes(wanted) ? certificateSigner(context) : null;
}

/** @param count how many were signed before: in the mode `mix` both keys sign by turns */
export function noticeSigner(context: SandboxContext, count: number): SigningKey {
  const { mode } = context.keys;
  const byPublicKey = mode === "public_key" || (mode === "mix" && count % 2 === 0);
  return byPublicKey ? publicKeySigner(context) : certificateSigner(context);
}

let madeUpKey: SigningKey | undefined;
/** A valid key that the merchant cannot know. */
export function unknownSigner(): SigningKey {
  madeUpKey ??= {
    serial: randomBytes(20).toString("hex").toUpperCase(),
    privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString(),
  };
  return madeUpKey;
}

export interface SigningFaults {
  readonly badSignature: boolean;
  readonly probe: boolean;
  readonly oldTimestamp: boolean;
}

const OLD_S = 3_600;

/** The `Wechatpay-*` headers for the body, with the real time. */
export function signatureHeaders(
  context: SandboxContext,
  { signer, body, faults }: { signer: SigningKey; body: string; faults: SigningFaults },
): Record<string, string> {
  const timestamp = String(context.clock.wallSeconds() - (faults.oldTimestamp ? OLD_S : 0));
  const nonce = randomText(32);
  const signature = createSign("RSA-SHA256")
    .update(`${timestamp}\n${nonce}\n${body}\n`)
    .sign(privateKeyOf(signer.privateKey), "base64");
  return {
    "Wechatpay-Timestamp": timestamp,
    "Wechatpay-Nonce": nonce,
    "Wechatpay-Serial": signer.serial,
    "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    "Wechatpay-Signature": spoilSignature(signature, faults),
  };
}

function spoilSignature(signature: string, faults: SigningFaults): string {
  // 355 characters that are not base64, like WeChat's own probes.
  if (faults.probe) return `WECHATPAY/SIGNTEST/${signature.slice(0, 336)}`;
  if (!faults.badSignature) return signature;
  return `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
}

export interface SealedResource {
  readonly algorithm: "AEAD_AES_256_GCM";
  readonly nonce: string;
  readonly associated_data: string;
  readonly ciphertext: string;
}

/** AES-256-GCM as WeChat Pay does it: the tag follows the ciphertext. */
export function seal(apiV3Key: string, { text, about }: { text: string; about: string }): SealedResource {
  const nonce = randomText(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(apiV3Key, "utf8"), Buffer.from(nonce, "utf8"));
  cipher.setAAD(Buffer.from(about, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { algorithm: "AEAD_AES_256_GCM", nonce, associated_data: about, ciphertext: ciphertext.toString("base64") };
}
