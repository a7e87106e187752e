import { createHash, createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import type { Bench } from "./client.ts";

// A merchant with API v2 keys for the sandbox's own tests, written from the protocol and not from the product.

export type V2Fields = Readonly<Record<string, string | number | undefined>>;
export type V2Texts = Readonly<Record<string, string>>;

export interface MerchantV2 {
  readonly appid: string;
  readonly mch_id: string;
  readonly api_key: string;
  readonly sign_type: string;
  readonly api_base: string;
  readonly cert_path: string;
  readonly key_path: string;
  readonly [name: string]: string;
}

export const readMerchantV2 = async (bench: Bench): Promise<MerchantV2> =>
  JSON.parse(await readFile(bench.sandbox.credentialsFileV2, "utf8")) as MerchantV2;

/** @param signType MD5 or HMAC-SHA256 */
export function sign(fields: V2Fields, apiKey: string, signType: string): string {
  const names = Object.keys(fields).filter((name) => name !== "sign" && (fields[name] ?? "") !== "");
  const text = `${names
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map((name) => `${name}=${fields[name]}`)
    .join("&")}&key=${apiKey}`;
  const hash = signType === "MD5" ? createHash("md5") : createHmac("sha256", apiKey);
  return hash.update(text).digest("hex").toUpperCase();
}

const toXml = (fields: V2Fields): string =>
  `<xml>${Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join("")}</xml>`;

/** Good enough for what the sandbox itself writes. */
export function fromXml(text: string): V2Texts {
  const found = text.matchAll(/<([a-z_0-9]+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))<\/\1>/gs);
  return Object.fromEntries([...found].map(([, name, data, plain]) => [name, data ?? plain ?? ""]));
}

export interface CallV2Options {
  readonly signType?: string;
  /** Shows the merchant's certificate; another one when it is given. */
  readonly certificate?: boolean | { readonly cert: string; readonly key: string };
  /** Changes the body before it is sent. */
  readonly change?: (xml: string) => string;
  /** The address; HTTPS if left out. */
  readonly base?: string;
}

export interface ReplyV2 {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly fields: V2Texts;
  /** Whether the answer is signed by the key and type of the request. */
  readonly isSigned: boolean;
}

export async function callV2(
  { sandbox, merchant }: { sandbox: Bench["sandbox"]; merchant: MerchantV2 },
  path: string,
  fields: V2Fields,
  options: CallV2Options = {},
): Promise<ReplyV2> {
  const { signType = "HMAC-SHA256" } = options;
  const all: V2Fields = {
    appid: merchant.appid,
    mch_id: merchant.mch_id,
    nonce_str: randomBytes(16).toString("hex"),
    ...(signType === "MD5" ? {} : { sign_type: signType }),
    ...fields,
  };
  const xml = toXml({ ...all, sign: sign(all, merchant.api_key, signType) });
  const body = options.change?.(xml) ?? xml;
  const { status, headers, bytes } = await post(options.base ?? merchant.api_base, path, {
    body,
    ...(await certificateOf(merchant, options.certificate)),
    ca: await readFile(sandbox.credentialsFile.replace("payment_config.json", "tls_ca.pem"), "utf8"),
  });
  const found = fromXml(bytes.toString("utf8"));
  return { status, headers, bytes, fields: found, isSigned: found.sign === sign(found, merchant.api_key, signType) };
}

async function certificateOf(merchant: MerchantV2, certificate: CallV2Options["certificate"]) {
  if (certificate === undefined || certificate === false) return {};
  if (certificate !== true) return certificate;
  return { cert: await readFile(merchant.cert_path, "utf8"), key: await readFile(merchant.key_path, "utf8") };
}

interface PostOptions {
  readonly body: string;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

async function post(
  base: string,
  path: string,
  { body, ...tls }: PostOptions,
): Promise<Pick<ReplyV2, "status" | "headers" | "bytes">> {
  if (base.startsWith("http:")) {
    const reply = await fetch(base + path, { method: "POST", body });
    return { status: reply.status, headers: {}, bytes: Buffer.from(await reply.arrayBuffer()) };
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(base + path, { method: "POST", ...tls, agent: false }, async (reply) => {
      const chunks: Buffer[] = [];
      for await (const chunk of reply as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: reply.statusCode ?? 0, headers: reply.headers, bytes: Buffer.concat(chunks) });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

let numbers = 0;
export const orderV2 = (bench: Bench, change: V2Fields = {}): V2Fields => ({
  body: "演示商品 & <茶>",
  out_trade_no: `V2_${++numbers}_${randomBytes(4).toString("hex")}`,
  total_fee: 100,
  spbill_create_ip: "127.0.0.1",
  notify_url: bench.shop.url,
  trade_type: "NATIVE",
  product_id: "P1",
  attach: "",
  ...change,
});
