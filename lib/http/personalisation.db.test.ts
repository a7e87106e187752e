import { afterAll, beforeAll, expect, test } from "vitest";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { openidCookie } from "./openid-cookie.ts";
import { readShopper } from "./shopper.ts";

// Goal: nobody is remembered unasked; a yes is as easily taken back as given; no stranger's page can say either.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const OURS = { "sec-fetch-site": "same-origin" };
const cookieOf = (answer: Response): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const choiceOf = (cookie: string) => readShopper(new Headers({ cookie }));
const choose = (json: unknown, headers: Record<string, string> = OURS) =>
  edge.send("/api/personalisation", { json, headers });

test("without a word nobody is remembered, nor by a cookie that is not ours", () => {
  const nobody = { consent: false, shopperId: null, optOut: false };
  expect(readShopper(new Headers())).toEqual(nobody);
  for (const value of ["", "yes", "shp_short", `shp_${"a".repeat(23)}`]) {
    expect(choiceOf(`lf_personal=${value}`)).toEqual(nobody);
  }
});

test("a yes gives a random name for 180 days that scripts cannot read; a no takes it away", async () => {
  const yes = await choose({ choice: "on" });
  expect([yes.status, await yes.json()]).toEqual([200, { consent: true, optOut: false }]);
  expect(yes.headers.get("set-cookie")).toMatch(
    /^lf_personal=shp_[\w-]{22}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Lax$/,
  );
  const cookie = cookieOf(yes);
  expect(choiceOf(cookie)).toMatchObject({ consent: true, optOut: false });
  const again = await choose({ choice: "on" }, { ...OURS, cookie });
  expect(cookieOf(again)).toBe(cookie);
  expect(cookieOf(await choose({ choice: "on" }))).not.toBe(cookie);
  const no = await choose({ choice: "off" }, { ...OURS, cookie });
  expect(await no.json()).toEqual({ consent: false, optOut: true });
  expect(choiceOf(cookieOf(no))).toEqual({ consent: false, shopperId: null, optOut: true });
});

test("a plain form does the same and leads back to its page, to no other place", async () => {
  const form = (back: string) =>
    edge.send("/api/personalisation", {
      body: new URLSearchParams({ choice: "on", back }).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", origin: EDGE_ORIGIN },
    });
  const answer = await form("/pay/ord_1?lang=en");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/pay/ord_1?lang=en"]);
  expect(choiceOf(cookieOf(answer)).consent).toBe(true);
  for (const away of ["https://evil.example/", "//evil.example/pay/x", "/admin", "/pay/../admin", "javascript:1"]) {
    expect((await form(away)).status).toBe(400);
  }
});

test.each([
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "same-site", origin: EDGE_ORIGIN }],
  [{ origin: "https://evil.example" }],
  [{ origin: "null" }],
  [{ referer: "https://evil.example/pay/ord_1" }],
  [{}],
])("a stranger's page is refused: %j", async (headers) => {
  const answer = await choose({ choice: "on" }, headers as Record<string, string>);
  expect([answer.status, answer.headers.get("set-cookie")]).toEqual([403, null]);
});

test("inside WeChat the name is the same on every device, and tells nothing of the openid", async () => {
  const appId = (await edge.container.openids.appId()) ?? "";
  const signedIn = openidCookie(edge, { openid: "o-shopper", appId }).split(";")[0] ?? "";
  const [one, other] = await Promise.all([1, 2].map(() => choose({ choice: "on" }, { ...OURS, cookie: signedIn })));
  const name = choiceOf(cookieOf(one as Response)).shopperId;
  expect(choiceOf(cookieOf(other as Response)).shopperId).toBe(name);
  expect(name).toMatch(/^shp_/);
  expect(name).not.toContain("shopper-o");
  const somebody = openidCookie(edge, { openid: "o-another", appId }).split(";")[0] ?? "";
  expect(cookieOf(await choose({ choice: "on" }, { ...OURS, cookie: somebody }))).not.toContain(String(name));
});

test("who agreed before WeChat told who they are takes their lasting name at sign-in; who did not, none", async () => {
  const { id } = await edge.order();
  const signIn = async (personal: string) => {
    const away = await edge.send(`/api/orders/${id}/openid`);
    const state = new URL(away.headers.get("location") ?? "").searchParams.get("state");
    const cookie = [cookieOf(away), personal].join("; ");
    return edge.send(`/api/wechat/oauth/callback?code=c-${personal.length}&state=${state}`, { headers: { cookie } });
  };
  const agreed = await signIn(cookieOf(await choose({ choice: "on" })));
  expect(agreed.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual(["lingfu_openid", "lf_personal"]);
  const silent = await signIn("");
  expect(silent.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual(["lingfu_openid"]);
});

test("what is not a choice is named", async () => {
  const answer = await choose({ choice: "maybe" });
  expect([answer.status, (await answer.json()).errors[0].path]).toEqual([400, "choice"]);
});
