// Goal: without a proper answer of WeChat the outcome is unknown: never refused, never done.
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { GATEWAY_ANSWER_BYTES_MAX } from "#lib/base/limits.ts";
import type { Gateway } from "#lib/payment/index.ts";
import {
  APP_ID,
  certificatesBody,
  credentialsFor,
  impatient,
  inPublicKeyMode,
  MERCHANT,
  memoryKeyStore,
  NOW,
  newPlatformKey,
  type Platform,
  publicKeyMode,
  type Scripted,
  type Seen,
  signedHeaders,
  startPlatform,
  testClock,
  testLog,
} from "../testing/platform.ts";
import { createV3Account } from "./account.ts";

const PROBE = `WECHATPAY/SIGNTEST/${"A".repeat(336)}`;
const stranger = newPlatformKey("7777777777777777777777777777777777777777");
let platform: Platform;
let gateway: Gateway;

beforeAll(async () => {
  platform = await startPlatform(() => undefined);
  const account = createV3Account(credentialsFor(platform.origin, inPublicKeyMode), {
    keyStore: memoryKeyStore(),
    clock: testClock(),
    log: testLog(),
    exchange: impatient,
  });
  gateway = account.gateway;
});
afterAll(() => platform.close());

/** What a good day would answer to this call. */
function good({ method, path }: Seen): { status: number; body: string } {
  if (path.endsWith("/close")) return { status: 204, body: "" };
  if (method === "POST") return { status: 200, body: JSON.stringify({ code_url: "weixin://wxpay/bizpayurl?pr=1" }) };
  const trade = {
    mchid: MERCHANT,
    appid: APP_ID,
    out_trade_no: "order-0001",
    transaction_id: "4200",
    trade_state: "SUCCESS",
    success_time: "2026-07-01T18:00:00+08:00",
    amount: { total: 1, currency: "CNY" },
  };
  return { status: 200, body: JSON.stringify(trade) };
}
const signedGood = (seen: Seen, wrong: Record<string, string | null> = {}): Scripted => {
  const { status, body } = good(seen);
  return { status, body, headers: signedHeaders(publicKeyMode, body, wrong) };
};
const seconds = (offset: number) => String(Math.floor(NOW.getTime() / 1000) + offset);
const jsonError = (status: number, code: string): Scripted => ({
  status,
  body: JSON.stringify({ code, message: "x" }),
});

type Day = (seen: Seen, response: ServerResponse) => Scripted | undefined;
const days: Record<string, Day> = {
  "hangs and never answers": () => undefined,
  "answers too slowly": (seen, response) => {
    setTimeout(() => {
      const { status, body, headers } = signedGood(seen);
      response.writeHead(status, headers).end(body);
    }, 400);
    return undefined;
  },
  "sends headers and then hangs": (_seen, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write("{");
    return undefined;
  },
  "500 after having done the work": () => jsonError(500, "SYSTEM_ERROR"),
  "500 in no form": () => ({ status: 500, body: "" }),
  "500 that calls itself paid": () => jsonError(500, "ORDERPAID"),
  "500 that calls itself absent": () => jsonError(500, "ORDER_NOT_EXIST"),
  "502 from a proxy": () => ({ status: 502, body: "<html>Bad Gateway</html>" }),
  "429": () => jsonError(429, "FREQUENCY_LIMITED"),
  "429 that calls itself absent": () => jsonError(429, "ORDER_NOT_EXIST"),
  "200 unsigned": (seen) => ({ ...signedGood(seen), headers: {} }),
  "200 signed over another body": (seen) => ({ ...signedGood(seen), headers: signedHeaders(publicKeyMode, "other") }),
  "200 signed by a stranger in the right name": (seen) => {
    const { status, body } = good(seen);
    const key = { serial: publicKeyMode.serial, privateKey: stranger.privateKey };
    return { status, body, headers: signedHeaders(key, body) };
  },
  "200 of an unknown serial": (seen) => {
    const { status, body } = good(seen);
    return { status, body, headers: signedHeaders(stranger, body) };
  },
  "200 signed six minutes ago": (seen) => signedGood(seen, { "wechatpay-timestamp": seconds(-301) }),
  "200 signed in six minutes": (seen) => signedGood(seen, { "wechatpay-timestamp": seconds(301) }),
  "200 with a probe signature": (seen) => signedGood(seen, { "wechatpay-signature": PROBE }),
  "200 with half a signature": (seen) => signedGood(seen, { "wechatpay-signature": "AAAA" }),
  "200 of another signature type": (seen) =>
    signedGood(seen, { "wechatpay-signature-type": "WECHATPAY2-SM2-WITH-SM3" }),
  "200 HTML": () => ({ status: 200, body: "<html>login</html>", headers: { "content-type": "text/html" } }),
  "200 HTML, signed": () => {
    const body = "<html>login</html>";
    return { status: 203, body, headers: signedHeaders(publicKeyMode, body) };
  },
  "403 HTML from a firewall": () => ({ status: 403, body: "<html>denied</html>" }),
  "404 without a code": () => ({ status: 404, body: "{}" }),
  "refusal with a probe signature": () => {
    const refusal = jsonError(404, "ORDER_NOT_EXIST");
    return { ...refusal, headers: signedHeaders(publicKeyMode, refusal.body, { "wechatpay-signature": PROBE }) };
  },
  "refusal with a wrong signature": () => {
    const refusal = jsonError(400, "ORDERPAID");
    return { ...refusal, headers: signedHeaders(publicKeyMode, "other") };
  },
  redirect: (seen) => ({ ...signedGood(seen), status: 302, headers: { location: `${platform.origin}/elsewhere` } }),
  "truncated body": (_seen, response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"code_url":');
    setTimeout(() => response.destroy(), 10);
    return undefined;
  },
  "connection dropped without a word": (_seen, response) => {
    response.destroy();
    return undefined;
  },
  "no HTTP at all": (_seen, response) => {
    response.socket?.end("hello\r\n\r\n");
    return undefined;
  },
  "huge body": () => {
    const body = " ".repeat(GATEWAY_ANSWER_BYTES_MAX + 1);
    return { status: 200, body, headers: signedHeaders(publicKeyMode, body) };
  },
};

const open = () =>
  gateway.openTrade({
    number: "order-0001",
    channel: "native",
    amountFen: fen(1),
    description: "tea",
    expiresAt: new Date("2026-07-01T12:00:00Z"),
    openid: null,
    payerIp: null,
  });

test("the good day that all the others differ from", async () => {
  platform.script = (seen) => signedGood(seen);
  expect((await open()).kind).toBe("done");
  expect((await gateway.findTrade("order-0001")).kind).toBe("done");
  expect((await gateway.closeTrade("order-0001")).kind).toBe("done");
});

describe.each(Object.entries(days))("%s", (_name, day) => {
  test("every call is unknown, and no redirect is followed", async () => {
    platform.script = day;
    platform.seen.length = 0;
    const outcomes = await Promise.all([open(), gateway.findTrade("order-0001"), gateway.closeTrade("order-0001")]);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(["unknown", "unknown", "unknown"]);
    expect(platform.seen.some((seen) => seen.path === "/elsewhere")).toBe(false);
  });
});

test("the connection is refused", async () => {
  const gone = await startPlatform(() => undefined);
  await gone.close();
  const credentials = credentialsFor(gone.origin, inPublicKeyMode);
  const environment = { keyStore: memoryKeyStore(), clock: testClock(), log: testLog() };
  const outcome = await createV3Account(credentials, environment).gateway.closeTrade("order-0001");
  expect(outcome).toEqual({ kind: "unknown", cause: "ECONNREFUSED" });
});

test("a refusal signed by a certificate we do not hold counts as one that is not signed", async () => {
  platform.script = (seen) => {
    if (seen.path === "/v3/certificates") return { status: 200, body: certificatesBody([stranger]) };
    const refusal = jsonError(404, "ORDER_NOT_EXIST");
    return { ...refusal, headers: signedHeaders(stranger, refusal.body) };
  };
  expect(await gateway.findTrade("order-0001")).toMatchObject({ kind: "refused", reason: "absent" });
});
