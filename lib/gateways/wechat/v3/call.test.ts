// Goal: one second try, only where it is safe and of use; and what a first try may have done is not forgotten.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WECHAT_CALLS } from "#lib/base/call-budgets.ts";
import { fen } from "#lib/base/fen.ts";
import { privateKeyFrom } from "../crypto/rsa.ts";
import { backupOrigin } from "../send-with-backup.ts";
import {
  credentialsFor,
  impatient,
  inPublicKeyMode,
  isRightlySigned,
  MERCHANT,
  memoryKeyStore,
  merchantKey,
  type Platform,
  pem,
  publicKeyMode,
  signedHeaders,
  startPlatform,
  testClock,
  testLog,
} from "../testing/platform.ts";
import type { ExchangeLimits, NoAnswer, OutgoingRequest, RawAnswer } from "../transport.ts";
import { createV3Account } from "./account.ts";
import { createCaller, type V3Call } from "./call.ts";

const answer = (status: number): RawAnswer => ({
  kind: "answer",
  status,
  headers: new Headers(),
  body: Buffer.from(`${status}`),
});
const noAnswer = (change: Partial<NoAnswer> = {}): NoAnswer => ({
  kind: "no_answer",
  cause: "time-out",
  mayHaveArrived: true,
  staleConnection: false,
  ...change,
});

function scripted(results: (RawAnswer | NoAnswer)[], apiBase = "https://api.mch.weixin.qq.com") {
  const sent: { request: OutgoingRequest; limits: ExchangeLimits }[] = [];
  const call = createCaller({
    merchantNumber: MERCHANT,
    serialNo: "S",
    privateKey: privateKeyFrom(pem(merchantKey)),
    clock: testClock(),
    apiBase,
    publicKeyId: null,
    async exchange(request, limits) {
      sent.push({ request, limits });
      return results[sent.length - 1] ?? noAnswer({ cause: "asked once too often" });
    },
  });
  return { sent, call };
}
const post: V3Call = { method: "POST", path: "/v3/x", body: "{}", repeatable: true };

test("WeChat's hosts have backups; others have none", () => {
  expect(backupOrigin("https://api.mch.weixin.qq.com")).toBe("https://api2.mch.weixin.qq.com");
  expect(backupOrigin("https://api.wechatpay.cn")).toBe("https://api2.wechatpay.cn");
  expect(backupOrigin("http://127.0.0.1:3001")).toBeNull();
  expect(backupOrigin("http://api.mch.weixin.qq.com")).toBeNull();
});

describe("fail-over", () => {
  test.each([
    ["a time-out", noAnswer(), true],
    ["a refused connection", noAnswer({ mayHaveArrived: false }), false],
    ["502", answer(502), true],
    ["503", answer(503), true],
  ])("%s goes to the backup host once, with the same body", async (_name, first, afterUnknownTry) => {
    const { sent, call } = scripted([first, answer(200)]);
    expect(await call(post)).toMatchObject({ status: 200, afterUnknownTry });
    expect(sent.map((each) => each.request.origin)).toEqual([
      "https://api.mch.weixin.qq.com",
      "https://api2.mch.weixin.qq.com",
    ]);
    expect(sent[1]?.request.body).toBe(sent[0]?.request.body);
    expect(sent[1]?.request.headers.authorization).not.toBe(sent[0]?.request.headers.authorization);
    expect(sent[0]?.limits.totalMs).toBe(WECHAT_CALLS.firstTryMs);
    expect(sent[1]?.limits.totalMs).toBeLessThanOrEqual(WECHAT_CALLS.totalMs);
  });

  test.each([200, 204, 400, 404, 429, 500])("an answer of %s stays where it is", async (status) => {
    const { sent, call } = scripted([answer(status)]);
    expect(await call(post)).toMatchObject({ status, afterUnknownTry: false });
    expect(sent).toHaveLength(1);
  });

  test("two failures are one failure", async () => {
    const { sent, call } = scripted([noAnswer(), noAnswer({ cause: "ECONNREFUSED" })]);
    expect(await call(post)).toMatchObject({ kind: "no_answer", cause: "ECONNREFUSED" });
    expect(sent).toHaveLength(2);
  });

  test("a call that is not repeatable is sent once, whatever the answer", async () => {
    const { sent, call } = scripted([noAnswer({ staleConnection: true })]);
    expect(await call({ ...post, repeatable: false })).toMatchObject({ kind: "no_answer" });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.limits.totalMs).toBe(WECHAT_CALLS.totalMs);
  });

  test("an address of our own has no backup; only a connection that had gone stale is tried anew", async () => {
    const own = "http://127.0.0.1:9";
    const plain = scripted([noAnswer()], own);
    await plain.call(post);
    expect(plain.sent).toHaveLength(1);
    const stale = scripted([noAnswer({ staleConnection: true }), answer(200)], own);
    expect(await stale.call(post)).toMatchObject({ status: 200, afterUnknownTry: true });
    expect(stale.sent.map((each) => each.request.origin)).toEqual([own, own]);
    const bad = scripted([answer(503)], own);
    await bad.call(post);
    expect(bad.sent).toHaveLength(1);
  });
});

describe("over real connections", () => {
  let main: Platform;
  let backup: Platform;
  beforeAll(async () => {
    main = await startPlatform(() => undefined);
    backup = await startPlatform(() => undefined);
  });
  beforeEach(() => {
    main.seen.length = 0;
    backup.seen.length = 0;
  });
  afterAll(() => Promise.all([main.close(), backup.close()]));

  const account = () =>
    createV3Account(credentialsFor(main.origin, inPublicKeyMode), {
      keyStore: memoryKeyStore(),
      clock: testClock(),
      log: testLog(),
      exchange: impatient,
      backupOf: (origin) => (origin === main.origin ? backup.origin : null),
    }).gateway;
  const open = () =>
    account().openTrade({
      number: "order-0001",
      channel: "native",
      amountFen: fen(1),
      description: "tea",
      expiresAt: new Date("2026-07-01T12:00:00Z"),
      openid: null,
      payerIp: null,
    });
  const refusal = (status: number, code: string) => () => ({ status, body: JSON.stringify({ code, message: "" }) });

  test("dropped on the first host, done on the second", async () => {
    main.script = (_seen, response) => void response.destroy();
    backup.script = () => ({ status: 204, body: "", headers: signedHeaders(publicKeyMode, "") });
    expect(await account().closeTrade("order-0001")).toEqual({ kind: "done", value: "closed" });
    expect(backup.seen.every(isRightlySigned)).toBe(true);
    expect(backup.seen[0]?.body).toBe(main.seen[0]?.body);
  });

  test("a refusal after a first try of unknown outcome does not mean that no trade was made", async () => {
    main.script = () => undefined;
    backup.script = refusal(403, "RULE_LIMIT");
    expect((await open()).kind).toBe("unknown");
    main.script = refusal(403, "RULE_LIMIT");
    expect(await open()).toMatchObject({ kind: "refused", reason: "not_permitted" });
  });

  test("after a try of unknown outcome, an answer that the number is known still counts", async () => {
    main.script = () => ({ status: 502, body: "" });
    backup.script = refusal(400, "ORDERPAID");
    expect(await open()).toMatchObject({ kind: "refused", reason: "already_paid" });
  });

  test("an idle connection that the other side has closed is replaced without an error", async () => {
    const good = () => ({ status: 204, body: "", headers: signedHeaders(publicKeyMode, "") });
    const single = createV3Account(credentialsFor(backup.origin, inPublicKeyMode), {
      keyStore: memoryKeyStore(),
      clock: testClock(),
      log: testLog(),
    }).gateway;
    backup.script = good;
    expect((await single.closeTrade("order-0001")).kind).toBe("done");
    let dropped = 0;
    backup.script = (_seen, response) => {
      if (dropped++ > 0) return good();
      response.destroy();
      return undefined;
    };
    expect((await single.closeTrade("order-0001")).kind).toBe("done");
    expect(dropped).toBe(2);
  });
});
