import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { protocolOf } from "#lib/payment/index.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { wechatReply } from "./wechat-reply.ts";

// Goal: the notify route says SUCCESS only for what is on disk, and speaks the protocol that asked.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const post = (body: BodyInit, headers: Record<string, string> = {}) => edge.send("/payment/notify", { body, headers });

test("a verified payment is booked, and its repeat changes nothing", async () => {
  const order = await edge.order();
  const { body } = edge.gateways.noticeOfPayment(edge.wechat.pay(await edge.open(order.id)));
  for (let round = 0; round < 2; round++) {
    const answer = await post(body as BodyInit);
    expect([answer.status, await answer.json()]).toEqual([200, { code: "SUCCESS", message: "成功" }]);
    expect((await edge.payments.order(order.id)).status).toBe("paid");
  }
});

test("a disagreeing payment is kept and answered SUCCESS, and pays nothing", async () => {
  const order = await edge.order();
  const trade = edge.wechat.pay(await edge.open(order.id), { totalFen: fen(1) });
  const answer = await post(edge.gateways.noticeOfPayment(trade).body as BodyInit);
  expect(answer.status).toBe(200);
  expect((await edge.payments.order(order.id)).status).toBe("pending");
});

test("what is not signed is 401 in the form of its protocol, counted and nothing else", async () => {
  const json = await post("{}");
  expect([json.status, (await json.json()).code]).toEqual([401, "FAIL"]);
  const { rows } = await edge.database.pool.query("select sum(count)::int as n from notify_rejections");
  expect(rows[0].n).toBe(1);
});

test("over a megabyte is 413, as XML where XML was sent", async () => {
  const long = "x".repeat(1_048_577);
  const json = await post(long);
  expect([json.status, await json.json()]).toEqual([413, { code: "FAIL", message: "报文过大" }]);
  const xml = await post(long, { "content-type": "text/xml" });
  expect([xml.status, xml.headers.get("content-type")]).toEqual([413, "text/xml; charset=utf-8"]);
  expect(await xml.text()).toContain("<return_code><![CDATA[FAIL]]></return_code>");
});

test("our own fault is 500, so that WeChat asks again", async () => {
  const failing = {
    ...edge.container,
    payments: { receiveNotification: async () => Promise.reject(new Error("broken")) },
  };
  const { answerWeb } = await import("./web-adapter.ts");
  const request = new Request("http://localhost/payment/notify", { method: "POST", body: "<xml></xml>" });
  const answer = await answerWeb(failing as never, request);
  expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining("系统繁忙")]);
});

test("the content decides which protocol speaks", () => {
  const protocol = (type: string | null, text: string) =>
    protocolOf({
      headers: new Headers(type === null ? {} : { "content-type": type }),
      body: new TextEncoder().encode(text),
    });
  expect(protocol("application/json", "\ufeff  <xml>")).toBe("v2");
  expect(protocol("text/xml", '{"id":1}')).toBe("v3");
  expect(protocol("text/xml", "")).toBe("v2");
  expect(protocol(null, "")).toBe("v3");
});

test.each([
  ["missing_headers", 401],
  ["stale", 401],
  ["unknown_key", 401],
  ["probe", 401],
  ["bad_signature", 401],
  ["unsupported_signature", 401],
  ["not_configured", 401],
  ["malformed", 400],
  ["undecryptable", 400],
] as const)("%s is %i", (reason, status) => {
  expect(wechatReply({ kind: "rejected", protocol: "v3", reason }).status).toBe(status);
});
