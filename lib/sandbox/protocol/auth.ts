import { createVerify, type KeyObject, X509Certificate } from "node:crypto";
import type { KeyRing } from "../keys.ts";
import { Refusal } from "../refusal.ts";
import type { World } from "../world.ts";
import type { Incoming } from "./http.ts";

const SCHEME = "WECHATPAY2-SHA256-RSA2048";
const FIELDS = ["mchid", "nonce_str", "signature", "timestamp", "serial_no"] as const;
const SKEW_S_MAX = 300;
const NONCE_CHARS_MAX = 32;

type Authorization = Record<(typeof FIELDS)[number], string>;

/** Everything WeChat Pay checks about a request before it looks at what is asked (wechatpay.md §2, §14). */
export function checkRequest(world: World, incoming: Incoming): void {
  checkHeaders(incoming);
  checkAuthorization(world, incoming);
}

function checkHeaders({ method, headers, body }: Incoming): void {
  const accept = headers.accept ?? "";
  if (accept === "" || (headers["user-agent"] ?? "") === "") {
    throw new Refusal("PARAM_ERROR", "Http头缺少Accept或User-Agent");
  }
  if (!/(application\/json|\*\/\*)/.test(accept)) throw new Refusal("PARAM_ERROR", "Http头Accept不支持");
  if (method !== "GET" && body.length > 0 && !/^application\/json\b/i.test(headers["content-type"] ?? "")) {
    throw new Refusal("PARAM_ERROR", "Http头Content-Type应为application/json");
  }
}

function checkAuthorization({ keys, clock }: World, incoming: Incoming): void {
  const fields = parseAuthorization(incoming.headers.authorization ?? "");
  if (fields.mchid !== keys.mchid) throw new Refusal("SIGN_ERROR", "商户号不存在");
  // A hexadecimal number: wechatpay-node-v3 writes it in lower case.
  if (fields.serial_no.toUpperCase() !== keys.merchant.serial) throw new Refusal("SIGN_ERROR", "商户证书序列号有误");
  if (fields.nonce_str.length > NONCE_CHARS_MAX) throw new Refusal("SIGN_ERROR", "随机串过长");
  if (
    !/^[0-9]{1,12}$/.test(fields.timestamp) ||
    Math.abs(clock.wallSeconds() - Number(fields.timestamp)) > SKEW_S_MAX
  ) {
    throw new Refusal("SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟");
  }
  const { method, target, body } = incoming;
  const message = Buffer.concat([
    Buffer.from(`${method}\n${target}\n${fields.timestamp}\n${fields.nonce_str}\n`, "utf8"),
    body,
    Buffer.from("\n"),
  ]);
  if (!merchantSigned(keys, message, fields.signature)) {
    throw new Refusal("SIGN_ERROR", "签名错误，请检查后再试", {
      field: "signature",
      issue: "sign not match",
      location: "authorization",
      // As the real one does, so that a developer can see what was signed over.
      sign_information: { method, url: target, truncated_sign_message: message.toString("utf8").slice(0, 512) },
    });
  }
}

function parseAuthorization(header: string): Authorization {
  const space = header.indexOf(" ");
  if (header.slice(0, space) !== SCHEME) throw new Refusal("SIGN_ERROR", "Http头Authorization认证类型不正确");
  const found = new Map<string, string>();
  for (const pair of header.slice(space + 1).split(",")) {
    const [, name, value] = /^([a-z_]+)="([^"]*)"$/.exec(pair) ?? [];
    if (name === undefined || value === undefined || found.has(name)) {
      throw new Refusal("SIGN_ERROR", "Http头Authorization格式不正确");
    }
    found.set(name, value);
  }
  const missing = FIELDS.find((name) => (found.get(name) ?? "") === "");
  if (missing !== undefined || found.size !== FIELDS.length) {
    throw new Refusal("SIGN_ERROR", `Http头Authorization缺少${missing ?? "或多出字段"}`);
  }
  return Object.fromEntries(found) as Authorization;
}

const publicKeys = new Map<string, KeyObject>();

/** Whether the merchant's certificate verifies the signature; used for requests and for paySign. */
export function merchantSigned(keys: KeyRing, message: Buffer, signature: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  const { certificate } = keys.merchant;
  const publicKey = publicKeys.get(certificate) ?? new X509Certificate(certificate).publicKey;
  publicKeys.set(certificate, publicKey);
  return createVerify("RSA-SHA256").update(message).verify(publicKey, signature, "base64");
}
