import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bench, call, control, NATIVE, nativeOrder, openBench, verifies } from "../../testing/client.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(() => control(bench.sandbox, "reset", {}));

const faults = (api: Record<string, unknown>) => control(bench.sandbox, "faults", { api });
const order = () => call(bench.merchant, NATIVE, { body: nativeOrder(bench) });
const tradeCount = async () => (await control(bench.sandbox, "trades")).value.trades?.length;

describe("faults of the API", () => {
  test("errorRate refuses before any work, with the code asked for", async () => {
    await faults({ errorRate: 1, errorCode: "FREQUENCY_LIMITED" });
    const reply = await order();
    expect([reply.status, reply.value.code, await tradeCount()]).toEqual([429, "FREQUENCY_LIMITED", 0]);
  });

  test("errorAfterWork and html: no answer to rely on, but the trade exists; a count runs out", async () => {
    await faults({ errorAfterWork: 1 });
    expect((await order()).status).toBe(500);
    await faults({ html: 1 });
    expect((await order()).headers.get("content-type")).toBe("text/html");
    expect(await tradeCount()).toBe(2);
    expect((await order()).status).toBe(200);
  });

  test("dropConnection and hang end in no answer at all", async () => {
    await faults({ dropConnection: 1 });
    await expect(order()).rejects.toThrow();
    await faults({ hang: 1 });
    let answered = false;
    const hanging = order().finally(() => {
      answered = true;
    });
    hanging.catch(() => undefined); // ends when the sandbox closes
    while ((await tradeCount())?.toString() !== "2") await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await order()).status).toBe(200);
    expect(answered).toBe(false);
  });

  test("unsigned, badSignature, probe, only on the operations named", async () => {
    await faults({ unsigned: 1, operations: ["close"] });
    expect((await order()).headers.get("wechatpay-signature")).not.toBeNull();
    await faults({ operations: ["native"] });
    expect((await order()).headers.get("wechatpay-signature")).toBeNull();
    await faults({ badSignature: 1 });
    const bad = await order();
    const message = { headers: Object.fromEntries(bad.headers), body: bad.text };
    expect(verifies(bench.merchant.wechatpay_public_key, message)).toBe(false);
    await faults({ probe: 1 });
    expect((await order()).headers.get("wechatpay-signature")).toMatch(/^WECHATPAY\/SIGNTEST\//);
  });
});

describe("control", () => {
  test.each([
    ["faults", { api: { nonsense: 1 } }],
    ["faults", { other: {} }],
    ["faults", { notify: { drop: "yes" } }],
    ["faults", []],
    ["pay", { outTradeNo: "NEVER_WAS" }],
    ["pay", { codeUrl: "weixin://wxpay/bizpayurl?pr=nothing" }],
    ["pay", {}],
    ["pay", { outTradeNo: 5 }],
    ["clock", { speed: 0 }],
    ["keys", { mode: "both" }],
    ["notify", { outTradeNo: "NEVER_WAS" }],
  ])("refuses a wrong %s with a sentence", async (path, body) => {
    const reply = await control(bench.sandbox, path, body);
    expect(reply.status).toBe(400);
    expect(reply.value.error?.message).not.toBe("");
  });

  test("a wrong change of faults changes nothing", async () => {
    await control(bench.sandbox, "faults", { api: { hang: true }, notify: { nonsense: 1 } });
    expect((await control(bench.sandbox, "faults")).value.api?.hang).toBe(false);
  });

  test("describes itself", async () => {
    const reply = await fetch(`${bench.sandbox.url}/control`);
    expect(Object.keys(((await reply.json()) as { calls: object }).calls)).toContain("POST /control/pay");
  });
});

describe("sign-in", () => {
  const authorize = (change: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      appid: bench.merchant.appid,
      redirect_uri: "https://shop.example/back?a=1",
      response_type: "code",
      scope: "snsapi_base",
      state: "s 1",
      ...change,
    });
    return fetch(`${bench.sandbox.url}/connect/oauth2/authorize?${query}`, { redirect: "manual" });
  };
  const exchange = async (code: string, change: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      appid: bench.merchant.appid,
      secret: bench.merchant.app_secret,
      code,
      grant_type: "authorization_code",
      ...change,
    });
    const reply = await fetch(`${bench.sandbox.url}/sns/oauth2/access_token?${query}`);
    return (await reply.json()) as { openid?: string; errcode?: number };
  };

  test("a code gives the openid once, within five minutes", async () => {
    const back = new URL((await authorize()).headers.get("location") ?? "");
    expect([back.searchParams.get("a"), back.searchParams.get("state")]).toEqual(["1", "s 1"]);
    const code = back.searchParams.get("code") ?? "";
    expect((await exchange(code, { secret: "wrong" })).errcode).toBe(40125);
    expect((await exchange(code)).openid).toMatch(/^o/);
    expect((await exchange(code)).errcode).toBe(40163);
    expect((await exchange("never")).errcode).toBe(40029);
    const old = new URL((await authorize()).headers.get("location") ?? "").searchParams.get("code") ?? "";
    await control(bench.sandbox, "clock", { advanceMs: 300_001 });
    expect((await exchange(old)).errcode).toBe(40029);
  });

  test("another app or a wrong address gets a page, not a redirect", async () => {
    expect((await authorize({ appid: "wx0" })).status).toBe(400);
    expect((await authorize({ redirect_uri: "javascript:alert(1)" })).status).toBe(400);
  });
});
