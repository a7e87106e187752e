import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { refused, unknown } from "#lib/base/outcome.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { STREAMS_PER_ADDRESS_MAX } from "#lib/base/web-limits.ts";
import type { OpenidSource } from "#lib/http/container.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: what the pay page needs, with and without a patient WeChat.

const PHONE_BROWSER =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36";
const IN_WECHAT = `${PHONE_BROWSER} MicroMessenger/8.0.49(0x28003137) WeChat/arm64 Language/zh_CN`;

const openidOf = vi.fn<OpenidSource["openidOf"]>();
let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture({ openids: { openidOf: (code) => openidOf(code) } });
});
afterAll(() => edge.close());
beforeEach(() => {
  openidOf.mockReset();
  openidOf.mockImplementation(async (code) => ({ kind: "done", value: `o-${code}` }));
});

const json = async (answer: Response) => [answer.status, await answer.json()] as const;

describe("status", () => {
  test("says 304 as long as nothing has changed, and the new state once it has", async () => {
    const order = await edge.order();
    const first = await edge.send(`/api/orders/${order.id}/status`);
    const etag = first.headers.get("etag") ?? "";
    expect(await first.json()).toEqual({
      id: order.id,
      status: "pending",
      amountDue: 1_800,
      amountPaid: 0,
      paidAt: null,
      expiresAt: order.expiresAt,
      version: 1,
      handover: null,
    });
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const same = await edge.send(`/api/orders/${order.id}/status`, { headers: { "if-none-match": known } });
      expect([known, same.status, await same.text(), same.headers.get("etag")]).toEqual([known, 304, "", etag]);
    }
    await edge.payAndNotify(await edge.open(order.id));
    const later = await edge.send(`/api/orders/${order.id}/status`, { headers: { "if-none-match": etag } });
    expect((await later.json()).status).toBe("paid");
  });

  test("names the handover in force: another channel, another opening and the end of a code change it", async () => {
    const order = await edge.order();
    const look = async () => {
      const answer = await edge.send(`/api/orders/${order.id}/status`);
      const { handover, version } = await answer.json();
      return { handover, version, etag: answer.headers.get("etag") };
    };
    const pay = async (json: object) => (await edge.send(`/api/orders/${order.id}/pay`, { json })).json();
    const native = await pay({ channel: "native" });
    const first = await look();
    expect(first.handover).toBe(native.handover);
    expect((await pay({ channel: "native" })).handover, "asked again it is the same").toBe(native.handover);
    const jsapi = await pay({ channel: "jsapi", openid: "o-1" });
    const second = await look();
    expect(second.handover).toBe(jsapi.handover);
    expect(second.handover).not.toBe(first.handover);
    expect(second.version).toBeGreaterThan(first.version);
    edge.clock.advance(111 * MINUTE_MS);
    const ended = await look();
    expect([ended.handover, ended.version]).toEqual([null, second.version]);
    expect(ended.etag, "a poll with the old tag is not answered 304").not.toBe(second.etag);
    const again = await pay({ channel: "jsapi", openid: "o-1" });
    const third = await look();
    expect(third.handover).toBe(again.handover);
    expect(third.handover).not.toBe(second.handover);
    await edge.payments.closeOrder(order.id);
    expect((await look()).handover).toBeNull();
  });

  test("notes that the page is in use", async () => {
    const order = await edge.order();
    await edge.send(`/api/orders/${order.id}/status`);
    await vi.waitFor(async () => {
      const { rows } = await edge.database.pool.query("select seen_at from orders where id = $1", [order.id]);
      expect(rows[0].seen_at).toEqual(edge.clock.now());
    });
  });
});

describe("pay", () => {
  const pay = (id: string, body: unknown = {}, agent = "curl/8") =>
    edge.send(`/api/orders/${id}/pay`, { json: body, headers: { "user-agent": agent } });

  test("without a channel the scene decides; apps that cannot pay get the code", async () => {
    const one = await edge.order();
    expect((await json(await pay(one.id)))[1]).toMatchObject({ channel: "native", amountDue: 1_800 });
    const answer = await edge.send(`/api/orders/${one.id}/pay`, {
      method: "POST",
      headers: {
        "user-agent": PHONE_BROWSER,
        "x-lingfu-edge": `${edge.container.edgeToken} 1.2.3.4 direct /api/orders/${one.id}/pay`,
      },
    });
    expect((await json(answer))[1]).toMatchObject({ channel: "h5", h5Url: expect.stringContaining("https://") });
    expect(edge.wechat.payableNumbers()).toHaveLength(1);
  });

  test("a phone whose address a proxy hides gets the code, and an asked-for h5 a clear refusal", async () => {
    Object.assign(edge.wechat, { wantsPublicPayer: true });
    try {
      const { id } = await edge.order();
      const ask = (body: object, peer: string) =>
        edge.send(`/api/orders/${id}/pay`, {
          json: body,
          headers: {
            "user-agent": PHONE_BROWSER,
            "x-forwarded-for": "1.2.3.4",
            "x-lingfu-edge": `${edge.container.edgeToken} ${peer} proxied /api/orders/${id}/pay`,
          },
        });
      expect((await json(await ask({}, "10.0.0.9")))[1]).toMatchObject({ channel: "native" });
      const [status, problem] = await json(await ask({ channel: "h5" }, "10.0.0.9"));
      expect([status, problem.code, problem.reason]).toEqual([409, "conflict", "private_payer_address"]);
      expect(problem.detail).toContain("TRUST_PROXY");
      expect(JSON.stringify(problem)).not.toContain("10.0.0.9");
      expect((await json(await ask({}, "203.0.114.9")))[1]).toMatchObject({ channel: "h5" });
    } finally {
      Object.assign(edge.wechat, { wantsPublicPayer: false });
    }
  });

  test("the way to pay may be changed ten times a minute and twenty in all; what is open stays payable", async () => {
    const { id } = await edge.order({ expiresIn: 604_800 });
    const flip = async (n: number) => {
      const answer = await pay(id, n % 2 === 0 ? { channel: "native" } : { channel: "jsapi", openid: "o-1" });
      return [answer.status, answer.headers.get("retry-after")];
    };
    for (let n = 0; n < 10; n++) expect(await flip(n)).toEqual([200, null]);
    expect(await flip(10)).toEqual([409, "60"]);
    expect((await pay(id, { channel: "jsapi", openid: "o-1" })).status, "the one that is open").toBe(200);
    edge.clock.advance(MINUTE_MS);
    for (let n = 10; n < 20; n++) expect(await flip(n)).toEqual([200, null]);
    edge.clock.advance(MINUTE_MS);
    const [status, problem] = await json(await pay(id, { channel: "native" }));
    expect([status, problem.code]).toEqual([409, "conflict"]);
    expect(problem.detail).toContain("create a new order");
    expect((await pay(id, { channel: "jsapi", openid: "o-1" })).status).toBe(200);
  });

  test("numbers that other orders hold, or that grow too long, are a clear 409 and never a 500", async () => {
    const outTradeNo = "n".repeat(26);
    const order = await edge.order({ outTradeNo });
    await edge.order({ outTradeNo: `${outTradeNo}-3` });
    await edge.database.pool.query(
      `insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, created_at, status, ended_at)
       select 'att_taken', $1, 998, id, $2, 'native', 1800, now(), 'closed', now() from gateway_accounts limit 1`,
      [order.id, `${outTradeNo}-998`],
    );
    expect((await pay(order.id)).status).toBe(200);
    expect((await pay(order.id, { channel: "jsapi", openid: "o-1" })).status).toBe(409);
  });

  test("jsapi needs the openid, by the body or by the cookie", async () => {
    const order = await edge.order();
    const [status, problem] = await json(await pay(order.id, {}, IN_WECHAT));
    expect([status, problem.errors[0].path]).toEqual([400, "openid"]);
    const [, answer] = await json(await pay(order.id, { channel: "jsapi", openid: "o-1" }));
    expect(answer.jsapi).toMatchObject({ appId: edge.wechat.appId, signType: "RSA" });
  });

  test.each([[{ channel: "cash" }], [{ openid: "<script>" }], [{ channel: "native", more: 1 }], [[]], ["native"]])(
    "%j is refused",
    async (body) => {
      const order = await edge.order();
      expect((await json(await pay(order.id, body)))[0]).toBe(400);
    },
  );

  test("twenty at once make one trade", async () => {
    const before = edge.wechat.payableNumbers().length;
    const order = await edge.order();
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay(order.id)));
    for (const answer of answers) expect([200, 503]).toContain(answer.status);
    expect(edge.wechat.payableNumbers()).toHaveLength(before + 1);
  });

  test("WeChat's silence is 503 with the time to wait", async () => {
    const order = await edge.order();
    edge.wechat.failNext("openTrade", { kind: "unknown", workDone: false });
    const answer = await pay(order.id);
    expect([answer.status, (await answer.json()).code]).toEqual([503, "gateway_unavailable"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("what is closed is not payable, and what is not there not found", async () => {
    const order = await edge.order();
    await edge.payments.closeOrder(order.id);
    expect((await json(await pay(order.id)))[1].code).toBe("order_not_payable");
    expect((await json(await pay("ord_00000000000000000000000000")))[0]).toBe(404);
  });
});

test("I have paid: WeChat is asked, at most every three seconds", async () => {
  const order = await edge.order();
  const number = await edge.open(order.id);
  const asked = () => edge.wechat.calls.filter((call) => call.operation === "findTrade").length;
  const before = asked();
  const check = async () =>
    (await json(await edge.send(`/api/orders/${order.id}/check`, { method: "POST" })))[1].status;
  expect([await check(), await check(), await check()]).toEqual(["pending", "pending", "pending"]);
  expect(asked()).toBe(before + 1);
  edge.wechat.pay(number);
  await edge.payments.syncOrder(order.id);
  expect(await check()).toBe("paid");
});

describe("events", () => {
  const follow = async (orderId: string, headers: Record<string, string> = {}) => {
    const answer = await edge.send(`/api/orders/${orderId}/events`, { headers });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    return {
      answer,
      async until(pattern: RegExp) {
        while (!pattern.test(text)) {
          const { done, value } = (await reader?.read()) ?? { done: true };
          if (done) throw new Error(`the stream ended after ${JSON.stringify(text)}`);
          text += value;
        }
        return text;
      },
      rest: async () => {
        for (;;) if ((await reader?.read())?.done !== false) return;
      },
      leave: () => reader?.cancel(),
    };
  };

  test("the status at once, and each change once", async () => {
    const order = await edge.order();
    const stream = await follow(order.id);
    expect(stream.answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(stream.answer.headers.get("cache-control")).toContain("no-transform");
    expect(await stream.until(/\n\n.*\n\n/s)).toMatch(/id: 1\nevent: status\ndata: \{.*"status":"pending".*\}\n\n$/s);
    await edge.payAndNotify(await edge.open(order.id));
    edge.changed(order.id);
    edge.changed(order.id);
    const text = await stream.until(/"status":"paid"/);
    expect(text.match(/event: status/g)?.length).toBeLessThanOrEqual(3);
    await stream.leave();
    expect(edge.watching(order.id)).toBe(0);
  });

  test("one that comes back hears only what it has missed", async () => {
    const order = await edge.order();
    const stream = await follow(order.id, { "last-event-id": "1" });
    await edge.payAndNotify(await edge.open(order.id));
    edge.changed(order.id);
    expect(await stream.until(/event: status.*\n\n/s)).not.toContain("id: 1\n");
    await stream.leave();
    const strange = await follow(order.id, { "last-event-id": "99999" });
    await strange.until(/event: status/);
    await strange.leave();
  });

  test("fifty may follow one order, and leave room when they go", async () => {
    const order = await edge.order();
    const streams = await Promise.all(Array.from({ length: 50 }, () => follow(order.id)));
    expect((await edge.send(`/api/orders/${order.id}/events`)).status).toBe(429);
    await Promise.all(streams.map((stream) => stream.leave()));
    const next = await follow(order.id);
    expect(next.answer.status).toBe(200);
    await next.leave();
  });

  test("one address follows so many orders and no more; others are not kept out by it", async () => {
    const own = await edgeFixture();
    const orders = await Promise.all(Array.from({ length: STREAMS_PER_ADDRESS_MAX / 50 + 1 }, () => own.order()));
    const open = (at: number, address: string) =>
      own.send(`/api/orders/${orders[at]?.id}/events`, { headers: { "x-forwarded-for": address } });
    const streams = await Promise.all(
      Array.from({ length: STREAMS_PER_ADDRESS_MAX }, (_, at) => open(Math.floor(at / 50), "203.0.113.9")),
    );
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await open(orders.length - 1, "203.0.113.9");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
    const other = await open(orders.length - 1, "203.0.113.10");
    expect(other.status).toBe(200);
    await streams[0]?.body?.cancel();
    expect((await open(orders.length - 1, "203.0.113.9")).status).toBe(200);
    own.stop();
    await own.close();
  });

  test("no order, no stream", async () => {
    expect((await edge.send("/api/orders/ord_00000000000000000000000000/events")).status).toBe(404);
  });
});

describe("WeChat's sign-in", () => {
  const begin = async (orderId: string) => {
    const answer = await edge.send(`/api/orders/${orderId}/openid`);
    const state = new URL(answer.headers.get("location") ?? "").searchParams.get("state") ?? "";
    return { state, cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
  };
  const comeBack = async (query: Record<string, string>, cookie: string) => {
    const answer = await edge.send(`/api/wechat/oauth/callback?${new URLSearchParams(query)}`, { headers: { cookie } });
    return {
      location: answer.headers.get("location"),
      setCookie: answer.headers.get("set-cookie"),
      status: answer.status,
    };
  };

  test("the openid ends in a cookie that only we can read, and jsapi works with it", async () => {
    const order = await edge.order();
    const { state, cookie } = await begin(order.id);
    expect(state).toMatch(/^[0-9A-Za-z]{1,128}$/);
    const back = await comeBack({ code: "c1", state }, cookie);
    expect(back).toMatchObject({ status: 303, location: `/pay/${order.id}` });
    expect(back.setCookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect(back.setCookie).not.toContain("o-c1");
    const openid = back.setCookie?.split(";")[0] ?? "";
    const paid = await edge.send(`/api/orders/${order.id}/pay`, {
      method: "POST",
      headers: { "user-agent": IN_WECHAT, cookie: openid },
    });
    expect((await paid.json()).channel).toBe("jsapi");
    // Who is known already is not sent round again.
    const again = await edge.send(`/api/orders/${order.id}/openid`, { headers: { cookie: openid } });
    expect(again.headers.get("location")).toBe(`/pay/${order.id}`);
  });

  test("twice with one code, also at the same time, asks WeChat once", async () => {
    const order = await edge.order();
    const { state, cookie } = await begin(order.id);
    const both = await Promise.all([comeBack({ code: "c2", state }, cookie), comeBack({ code: "c2", state }, cookie)]);
    expect(both.map(({ location }) => location)).toEqual([`/pay/${order.id}`, `/pay/${order.id}`]);
    expect(openidOf).toHaveBeenCalledTimes(1);
  });

  test("a spent code does not make another browser the shopper", async () => {
    const order = await edge.order();
    const victim = await begin(order.id);
    expect((await comeBack({ code: "c6", state: victim.state }, victim.cookie)).location).toBe(`/pay/${order.id}`);
    openidOf.mockResolvedValueOnce(refused("refused"));
    const other = await begin(order.id);
    const back = await comeBack({ code: "c6", state: other.state }, other.cookie);
    expect(back).toEqual({ status: 303, location: `/pay/${order.id}?oauth=failed`, setCookie: null });
  });

  test("a stranger's browser, an old or changed state: no cookie, no loop, and the code is not used up", async () => {
    const order = await edge.order();
    const { state, cookie } = await begin(order.id);
    const failed = { status: 303, location: `/pay/${order.id}?oauth=failed`, setCookie: null };
    expect(await comeBack({ code: "c3", state }, "")).toEqual(failed);
    expect(await comeBack({ code: "c3", state }, "lingfu_oauth=other")).toEqual(failed);
    expect(
      await comeBack({ code: "c3", state: state.slice(0, -1) + (state.endsWith("0") ? "1" : "0") }, cookie),
    ).toEqual(failed);
    expect(await comeBack({ state }, cookie)).toEqual(failed);
    expect(openidOf).not.toHaveBeenCalled();
    expect((await comeBack({ code: "c3", state: "" }, cookie)).status).toBe(400);
    edge.clock.advance(601_000);
    expect(await comeBack({ code: "c3", state }, cookie)).toEqual(failed);
  });

  test("WeChat's no and WeChat's silence lead back to the page; after silence the code may be tried again", async () => {
    const order = await edge.order();
    const { state, cookie } = await begin(order.id);
    openidOf.mockResolvedValueOnce(refused("refused"));
    expect((await comeBack({ code: "c4", state }, cookie)).location).toContain("oauth=failed");
    openidOf.mockResolvedValueOnce(unknown("late"));
    expect((await comeBack({ code: "c5", state }, cookie)).location).toContain("oauth=failed");
    expect((await comeBack({ code: "c5", state }, cookie)).location).toBe(`/pay/${order.id}`);
  });

  test("a cookie of our own making by somebody else is none", async () => {
    const order = await edge.order();
    for (const value of ["", "AAAA", "x".repeat(200)]) {
      const cookie = `lingfu_openid=${value}`;
      const paid = await edge.send(`/api/orders/${order.id}/pay`, {
        method: "POST",
        headers: { "user-agent": IN_WECHAT, cookie },
      });
      expect(paid.status).toBe(400);
    }
  });
});
