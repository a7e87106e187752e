// Goal: the address has the form WeChat requires, an openid comes only from a valid answer, and the secret goes to WeChat only.
import { expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { authorizeUrl, openidFromCode } from "./oauth.ts";
import { startPlatform } from "./testing/platform.ts";
import type { NoAnswer, OutgoingRequest, RawAnswer } from "./transport.ts";

const account = { appId: "wx0123456789abcdef", appSecret: new Secret("s&cret") };
const asking = { appId: account.appId, redirectUri: "https://shop.example/pay/ord_1?x=1&y=2", state: "a b" };

test("parameters in WeChat's order, and its fragment", () => {
  expect(authorizeUrl(asking)).toBe(
    "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789abcdef" +
      "&redirect_uri=https%3A%2F%2Fshop.example%2Fpay%2Ford_1%3Fx%3D1%26y%3D2" +
      "&response_type=code&scope=snsapi_base&state=a%20b#wechat_redirect",
  );
  expect(authorizeUrl({ ...asking, oauthBase: "http://127.0.0.1:3001/" })).toMatch(
    /^http:\/\/127\.0\.0\.1:3001\/connect\/oauth2\/authorize\?appid=/,
  );
});

function answering(status: number, body: string) {
  const sent: OutgoingRequest[] = [];
  const run = async (request: OutgoingRequest): Promise<RawAnswer | NoAnswer> => {
    sent.push(request);
    return { kind: "answer", status, headers: new Headers(), body: Buffer.from(body) };
  };
  return { sent, run };
}

test("a code becomes an openid at WeChat's API host", async () => {
  const { sent, run } = answering(200, JSON.stringify({ openid: "oUpF8-_x", access_token: "t", scope: "snsapi_base" }));
  expect(await openidFromCode(account, "c/1", run)).toEqual({ kind: "done", value: "oUpF8-_x" });
  expect(sent).toMatchObject([
    {
      origin: "https://api.weixin.qq.com",
      method: "GET",
      path: "/sns/oauth2/access_token?appid=wx0123456789abcdef&secret=s%26cret&code=c%2F1&grant_type=authorization_code",
    },
  ]);
});

test.each([
  [200, { errcode: 40029, errmsg: "invalid code" }, { kind: "refused", reason: "code_invalid" }],
  [200, { errcode: 40163, errmsg: "code been used" }, { kind: "refused", reason: "code_used" }],
  [200, { errcode: 40125, errmsg: "invalid appsecret" }, { kind: "refused", reason: "not_permitted" }],
  [200, { errcode: -1, errmsg: "system error" }, { kind: "unknown" }],
  [200, { errcode: 45011 }, { kind: "unknown" }],
  [200, { openid: "" }, { kind: "unknown" }],
  [200, { openid: "<script>" }, { kind: "unknown" }],
  [200, [], { kind: "unknown" }],
  [302, { openid: "o" }, { kind: "unknown" }],
  [500, { openid: "o" }, { kind: "unknown" }],
])("HTTP %s %j", async (status, content, expected) => {
  const outcome = await openidFromCode(account, "c", answering(status, JSON.stringify(content)).run);
  expect(outcome).toMatchObject(expected);
  expect(JSON.stringify(outcome)).not.toContain("cret");
});

test("a code is sent once, whatever the outcome", async () => {
  const platform = await startPlatform((_seen, response) => void response.destroy());
  const outcome = await openidFromCode({ ...account, oauthBase: platform.origin }, "c");
  expect(outcome).toEqual({ kind: "unknown", cause: "ECONNRESET" });
  expect(platform.seen).toHaveLength(1);
  await platform.close();
});
