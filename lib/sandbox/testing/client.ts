import { createDecipheriv, createSign, createVerify, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, type SandboxOptions, startSandbox } from "../server.ts";

// A merchant for the sandbox's own tests, written from the protocol and not from the product.

export interface MerchantCredentials {
  readonly appid: string;
  readonly mch_id: string;
  readonly serial_no: string;
  readonly private_key: string;
  readonly api_v3_key: string;
  readonly app_secret: string;
  readonly wechatpay_public_key_id: string;
  readonly wechatpay_public_key: string;
  readonly api_base: string;
  readonly notify_url: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string | undefined>;
  /** Values to sign or send instead of the right ones. */
  readonly tamper?: {
    readonly target?: string;
    readonly body?: string;
    readonly mchid?: string;
    readonly serial?: string;
    readonly timestamp?: number;
    readonly authorization?: (value: string) => string;
  };
}

/** JSON that tests read without a check at each step; a missing part is undefined. */
export interface LooseJson {
  readonly [name: string]: LooseJson;
}

export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; an empty object when it is none. */
  readonly value: LooseJson;
}

async function readCredentials(sandbox: Sandbox): Promise<MerchantCredentials> {
  return JSON.parse(await readFile(sandbox.credentialsFile, "utf8")) as MerchantCredentials;
}

export async function call(
  credentials: MerchantCredentials,
  target: string,
  options: CallOptions = {},
): Promise<ApiReply> {
  const { body, tamper = {} } = options;
  const method = options.method ?? (body === undefined ? "GET" : "POST");
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const timestamp = tamper.timestamp ?? Math.floor(Date.now() / 1000);
  const nonce = randomBytes(16).toString("hex");
  const message = `${method}\n${tamper.target ?? target}\n${timestamp}\n${nonce}\n${tamper.body ?? text}\n`;
  const signature = createSign("RSA-SHA256").update(message).sign(credentials.private_key, "base64");
  const pairs = [
    `serial_no="${tamper.serial ?? credentials.serial_no}"`,
    `mchid="${tamper.mchid ?? credentials.mch_id}"`,
    `timestamp="${timestamp}"`,
    `signature="${signature}"`,
    `nonce_str="${nonce}"`,
  ];
  const authorization = `WECHATPAY2-SHA256-RSA2048 ${pairs.join(",")}`;
  const headers: Record<string, string | undefined> = {
    Accept: "application/json",
    "User-Agent": "sandbox-test",
    "Content-Type": body === undefined ? undefined : "application/json",
    Authorization: tamper.authorization?.(authorization) ?? authorization,
    ...options.headers,
  };
  const sent = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(credentials.api_base + target, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body: text }),
  });
  return replyOf(response);
}

async function replyOf(response: Response): Promise<ApiReply> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true && text !== "";
  return { status: response.status, headers: response.headers, text, value: isJson ? JSON.parse(text) : {} };
}

export async function control(sandbox: Sandbox, path: string, body?: unknown): Promise<ApiReply> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return replyOf(await fetch(`${sandbox.url}/control/${path}`, init));
}

export interface SignedMessage {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export const verifies = (publicKey: string, { headers, body }: SignedMessage): boolean =>
  createVerify("RSA-SHA256")
    .update(`${headers["wechatpay-timestamp"]}\n${headers["wechatpay-nonce"]}\n${body}\n`)
    .verify(publicKey, String(headers["wechatpay-signature"]), "base64");

export interface SealedBody {
  readonly nonce: string;
  readonly associated_data: string;
  readonly ciphertext: string;
}

export function unseal(apiV3Key: string, { nonce, associated_data, ciphertext }: SealedBody): string {
  const bytes = Buffer.from(ciphertext, "base64");
  const decipher = createDecipheriv("aes-256-gcm", apiV3Key, nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(associated_data));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
}

export interface Delivery extends SignedMessage {
  readonly answered: number;
}

export interface TestShop {
  readonly url: string;
  readonly received: Delivery[];
  /** The status of the next answers; a function gets the number of the notice. */
  answer: number | ((count: number) => number);
  /** The body of its answers. */
  answerBody: string;
  /** Resolves when this many notices have come. */
  waitForNotices(count: number): Promise<void>;
  close(): Promise<void>;
}

/** The merchant's server that gets notices. */
export async function openShop(): Promise<TestShop> {
  const received: Delivery[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { answer } = shop;
    const answered = typeof answer === "number" ? answer : answer(received.length + 1);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), answered });
    response.writeHead(answered).end(shop.answerBody);
    for (const one of waiting) if (received.length >= one.count) one.resolve();
    waiting = waiting.filter((one) => received.length < one.count);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const shop: TestShop = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/payment/notify`,
    received,
    answer: 200,
    answerBody: "",
    waitForNotices: (count) =>
      received.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    close: async () => {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
  return shop;
}

export interface Bench {
  readonly sandbox: Sandbox;
  readonly merchant: MerchantCredentials;
  readonly shop: TestShop;
  readonly folder: string;
  /** Stops the sandbox and starts it again on the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openBench(options: Partial<SandboxOptions> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  const shop = await openShop();
  const start = () => startSandbox({ port: 0, dataDir: folder, notifyUrlDefault: shop.url, ...options });
  let sandbox = await start();
  let merchant = await readCredentials(sandbox);
  return {
    get sandbox() {
      return sandbox;
    },
    get merchant() {
      return merchant;
    },
    shop,
    folder,
    restart: async () => {
      await sandbox.close();
      sandbox = await start();
      merchant = await readCredentials(sandbox);
    },
    close: async () => {
      await sandbox.close();
      await shop.close();
      await rm(folder, { recursive: true });
    },
  };
}

let numbers = 0;
export const nativeOrder = (bench: Bench, change: Record<string, unknown> = {}): Record<string, unknown> => ({
  appid: bench.merchant.appid,
  mchid: bench.merchant.mch_id,
  description: "演示商品",
  out_trade_no: `ORDER_${++numbers}_${randomBytes(4).toString("hex")}`,
  notify_url: bench.shop.url,
  amount: { total: 100, currency: "CNY" },
  ...change,
});

export const NATIVE = "/v3/pay/transactions/native";
export const queryTarget = (bench: Bench, number: unknown): string =>
  `/v3/pay/transactions/out-trade-no/${number}?mchid=${bench.merchant.mch_id}`;
export const closeTarget = (number: unknown): string => `/v3/pay/transactions/out-trade-no/${number}/close`;
