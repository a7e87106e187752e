import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { json } from "./answer.ts";
import type { MerchantCall } from "./call.ts";
import type { Container } from "./container.ts";
import { idempotent } from "./idempotency.ts";
import { answerWeb } from "./web-adapter.ts";

// Goal: Postgres away, keys in use, the wrong people at the operator's doors: each gets its own clear answer.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const ask = (container: Container, path: string, init: RequestInit = {}) =>
  answerWeb(container, new Request(`http://localhost${path}`, init));

test("Postgres away is 503 with Retry-After, on every route that needs it", async () => {
  const gone = openDatabase({ url: "postgresql://nobody:x@127.0.0.1:1/none", poolSize: 2 });
  const away = Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
  away.catch(() => {});
  const container: Container = {
    ...edge.container,
    database: gone,
    authenticate: () => away,
    payments: { ...edge.payments, status: () => away, startPayment: () => away } as never,
  };
  for (const path of ["/api/v1/orders", "/api/orders/ord_1/status", "/api/orders/ord_1/events"]) {
    const answer = await ask(container, path);
    expect([path, answer.status, answer.headers.get("retry-after")]).toEqual([path, 503, "2"]);
    expect((await answer.json()).code).toBe("unavailable");
  }
  await gone.close();
});

test("what nobody foresaw is 500, with a request id and no word about the inside", async () => {
  const failing = { ...edge.payments, status: () => Promise.reject(new Error("secret of the house")) };
  const answer = await ask({ ...edge.container, payments: failing as never }, "/api/orders/ord_1/status");
  const body = await answer.json();
  expect([answer.status, body.code, body.requestId]).toEqual([500, "internal", answer.headers.get("x-request-id")]);
  expect(JSON.stringify(body)).not.toContain("secret");
});

describe("the generic Idempotency-Key", () => {
  const callOf = (key: string, body = "{}"): MerchantCall => ({
    container: edge.container,
    requestId: "req_1",
    method: "POST",
    target: "/api/v1/things",
    path: "/api/v1/things",
    query: "",
    params: {},
    headers: new Headers({ "idempotency-key": key }),
    client: { address: "" },
    caller: { id: edge.key.id, requireSigning: false, scopes: [], allowedNetworks: [] },
    readBody: async () => new TextEncoder().encode(body),
    readBytes: async () => new TextEncoder().encode(body),
  });

  test("while the first is under way its repeats are told to wait, and only one runs", async () => {
    let runs = 0;
    let finish = (): void => {};
    const slow = idempotent(async () => {
      runs++;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return json(200, { run: runs });
    });
    const first = slow(callOf("slow"));
    await expect.poll(() => runs).toBe(1);
    await expect(slow(callOf("slow"))).rejects.toMatchObject({ code: "conflict", retryAfterS: 1 });
    await expect(slow(callOf("slow", '{"a":1}'))).rejects.toMatchObject({ code: "idempotency_conflict" });
    finish();
    expect((await first).body).toBe('{"run":1}');
    const again = await slow(callOf("slow"));
    expect([again.body, again.headers["idempotent-replayed"]]).toEqual(['{"run":1}', "true"]);
    expect(runs).toBe(1);
  });

  test("a failure frees the key, an answer of 400 or more as well", async () => {
    let runs = 0;
    const failing = idempotent(async () => {
      runs++;
      if (runs === 1) throw new Error("no");
      return json(runs === 2 ? 409 : 200, { run: runs });
    });
    await expect(failing(callOf("fails"))).rejects.toThrow("no");
    expect((await failing(callOf("fails"))).status).toBe(409);
    expect((await failing(callOf("fails"))).body).toBe('{"run":3}');
  });

  test("a call that died gives its key back when its lease ends; of many that wait one takes it", async () => {
    let runs = 0;
    const dead = idempotent(() => new Promise(() => {}));
    void dead(callOf("dead"));
    await expect
      .poll(async () => (await edge.database.pool.query("select from idempotency where key = 'dead'")).rowCount)
      .toBe(1);
    const next = idempotent(async () => json(200, { run: ++runs }));
    await expect(next(callOf("dead"))).rejects.toMatchObject({ code: "conflict" });
    edge.clock.advance(30_000);
    const settled = await Promise.allSettled(Array.from({ length: 10 }, () => next(callOf("dead"))));
    expect(settled.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(runs).toBe(1);
  });
});

describe("the operator's doors", () => {
  interface Site {
    readonly token?: string;
    readonly publicUrl?: string;
  }
  const from = (peer: string, { token, publicUrl }: Site = {}) => {
    const { settings } = edge.container;
    const metricsToken = token === undefined ? null : new Secret(token);
    const container = {
      ...edge.container,
      settings: { ...settings, metricsToken, publicUrl: publicUrl ?? settings.publicUrl },
    };
    return async (headers: Record<string, string> = {}) => {
      const edgeHeader = { "x-lingfu-edge": `${container.edgeToken} ${peer} direct /metrics` };
      return (await ask(container, "/metrics", { headers: { ...headers, ...edgeHeader } })).status;
    };
  };

  test("metrics are for the token's holder", async () => {
    for (const peer of ["127.0.0.1", "::1", "10.0.0.7"]) {
      const site = { token: "t0ken" };
      expect(await from(peer, site)()).toBe(401);
      expect(await from(peer, site)({ authorization: "Bearer t0kem" })).toBe(401);
      expect(await from(peer, site)({ authorization: "Bearer t0ken" })).toBe(200);
    }
  });

  test("without a token metrics are for this machine, and off as soon as a proxy may stand in front", async () => {
    const publicUrl = "https://pay.example.com";
    for (const peer of ["127.0.0.1", "::1"]) {
      expect(await from(peer)()).toBe(200);
      expect(await from(peer, { publicUrl })(), "a proxy on this machine that says nothing").toBe(403);
      for (const name of ["x-forwarded-for", "x-real-ip", "forwarded", "via"]) {
        expect(await from(peer)({ [name]: "1.2.3.4" })).toBe(403);
      }
    }
    expect(await from("10.0.0.7")()).toBe(403);
    expect(await from("10.0.0.7")({ authorization: "Bearer " })).toBe(403);
  });

  test("readiness names what is missing; health asks nobody", async () => {
    const ready = await ask(edge.container, "/readyz");
    expect([ready.status, await ready.json()]).toEqual([503, { status: "not_ready", missing: ["worker"] }]);
    expect((await ask(edge.container, "/healthz")).status).toBe(200);
  });
});
