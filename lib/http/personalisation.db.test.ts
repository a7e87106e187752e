import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRateLimits } from "#lib/auth/rate-limits.ts";
import { PERSONALISATION_CALLS_PER_ADDRESS_PER_MINUTE } from "#lib/base/web-limits.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { openidCookie } from "./cookies.ts";
import { readShopper, sealShopper } from "./shopper.ts";

// Goal: nobody is remembered unasked; a yes is as easily taken back as given; no stranger's page can say either.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const OURS = { "sec-fetch-site": "same-origin" };
const cookieOf = (answer: Response): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const choiceOf = (cookie: string) => readShopper({ container: edge.container, headers: new Headers({ cookie }) });
const choose = (json: unknown, headers: Record<string, string> = OURS) =>
  edge.send("/api/personalisation", { json, headers });

test("without a word nobody is remembered, nor by a cookie that is not ours", () => {
  const nobody = { consent: false, shopperId: null, optOut: false };
  expect(choiceOf("")).toEqual(nobody);
  const name = `shp_${"a".repeat(22)}`;
  const sealed = sealShopper(edge.container.shopperKey, name);
  expect(choiceOf(`lf_personal=${sealed}`)).toEqual({ consent: true, shopperId: name, optOut: false });
  const others = sealed.replace("shp_a", "shp_b");
  for (const value of [
    "",
    "yes",
    "shp_short",
    `${name}a`,
    name,
    `${name}.`,
    sealed.slice(0, -1),
    `${sealed}.x`,
    others,
  ]) {
    expect(choiceOf(`lf_personal=${value}`)).toEqual(nobody);
  }
});

test("a yes gives a random name for 180 days that scripts cannot read; a no takes it away", async () => {
  const yes = await choose({ choice: "on" });
  expect([yes.status, await yes.json()]).toEqual([200, { consent: true, optOut: false }]);
  expect(yes.headers.get("set-cookie")).toMatch(
    /^lf_personal=shp_[\w-]{22}\.[\w-]{22}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Lax$/,
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

describe("who takes back a yes", () => {
  const written = async () => {
    const { rows } = await edge.database.pool.query(
      `select (select count(*)::int from graphile_worker._private_jobs) as jobs, (select count(*)::int from audit_log) as audit,
              (select count(*)::int from order_shoppers) as links`,
    );
    return rows[0];
  };
  const off = (cookie: string) => choose({ choice: "off" }, { ...OURS, cookie });
  let made = 0;
  const tell = (orderId: string, cookie: string) =>
    edge.send(`/api/orders/${orderId}/behaviour`, {
      json: {
        ...{ session: "visit01", channel: "native" },
        events: [{ id: `01937c2e-6f00-7abc-8def-${String(++made).padStart(12, "0")}`, type: "pay_tapped" }],
      },
      headers: { cookie, "user-agent": "Mozilla/5.0 (iPhone)" },
    });
  const remembered = async (shopperId: string) => {
    const order = await edge.order({ metadata: { scene: "dining" } });
    await tell(order.id, `lf_personal=${sealShopper(edge.container.shopperKey, shopperId)}`);
    return order.id;
  };

  test("under invented names writes nothing, nor under a fresh one of ours that nobody has used", async () => {
    const before = await written();
    for (let each = 0; each < 5; each++) {
      const answer = await off(`lf_personal=shp_${String(each).repeat(22)}`);
      expect([answer.status, cookieOf(answer)]).toEqual([200, "lf_personal=no"]);
      expect((await off(cookieOf(await choose({ choice: "on" })))).status).toBe(200);
    }
    expect(await written()).toEqual(before);
  });

  test("under somebody else's name without our seal leaves them, and no order becomes theirs by it", async () => {
    const victim = `shp_${"v".repeat(22)}`;
    const orderId = await remembered(victim);
    const before = await written();
    await off(`lf_personal=${victim}`);
    await off(`lf_personal=${victim}.${"A".repeat(22)}`);
    const other = await edge.order({ metadata: { scene: "dining" } });
    await tell(other.id, `lf_personal=${victim}`);
    expect(await written()).toEqual(before);
    const { rows } = await edge.database.pool.query("select order_id from order_shoppers where shopper_id = $1", [
      victim,
    ]);
    expect(rows).toEqual([{ order_id: orderId }]);
  });

  test("is forgotten by one job, however often they ask", async () => {
    const shopper = `shp_${"w".repeat(22)}`;
    await remembered(shopper);
    const before = await written();
    for (let each = 0; each < 3; each++) await off(`lf_personal=${sealShopper(edge.container.shopperKey, shopper)}`);
    expect(await written()).toEqual({ ...before, jobs: before.jobs + 1 });
  });

  test("with a cookie of the time before seals is forgotten where WeChat says that the name is theirs", async () => {
    const appId = (await edge.container.openids.appId()) ?? "";
    const signedIn = openidCookie(edge, { openid: "o-old", appId }).split(";")[0] ?? "";
    const shopper = choiceOf(cookieOf(await choose({ choice: "on" }, { ...OURS, cookie: signedIn }))).shopperId ?? "";
    await remembered(shopper);
    const before = await written();
    await off(`lf_personal=${shopper}`);
    expect(await written()).toEqual(before);
    await off(`lf_personal=${shopper}; ${signedIn}`);
    expect(await written()).toEqual({ ...before, jobs: before.jobs + 1 });
  });

  test("so many choices come from one address in a minute", async () => {
    const limits = createRateLimits();
    for (let each = 0; each < PERSONALISATION_CALLS_PER_ADDRESS_PER_MINUTE; each++)
      await limits.countChoice("2001:db8::1");
    await expect(limits.countChoice("2001:db8::2")).rejects.toMatchObject({ code: "rate_limited" });
    await limits.countChoice("2001:db8:1::1");
  });
});
