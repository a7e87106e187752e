// Goal: over real sockets, a host that fails in each of its ways rests and comes back by itself; another host is not touched.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import { createGuardedExchange } from "./guarded-exchange.ts";
import { testLog } from "./testing/platform.ts";
import { EXCHANGE_LIMITS, type OutgoingRequest } from "./transport.ts";

type Behaviour = (response: ServerResponse) => void;
const well: Behaviour = (response) => response.end("{}");
const status = (code: number, headers: Record<string, string> = {}): Behaviour => {
  return (response) => response.writeHead(code, headers).end("{}");
};
const hang: Behaviour = () => {};

async function startHost() {
  const host = { behaviour: well, calls: 0, origin: "", close: async () => {} };
  const server = createServer((_, response) => {
    host.calls++;
    host.behaviour(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  host.close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return host;
}
let host: Awaited<ReturnType<typeof startHost>>;
let other: Awaited<ReturnType<typeof startHost>>;
beforeEach(async () => {
  [host, other] = await Promise.all([startHost(), startHost()]);
});
afterEach(() => Promise.all([host.close(), other.close()]));

const FAILURES = 3;
const LIMITS = { ...EXCHANGE_LIMITS, totalMs: 60 };
const get = (origin: string): OutgoingRequest => ({ origin, method: "GET", path: "/", headers: {}, body: "" });
const NOT_SENT = { kind: "no_answer", mayHaveArrived: false, cause: expect.stringContaining("was not sent") };

function guarded(restMs: number) {
  const log = testLog();
  const budget = { failures: FAILURES, restMs, restMsMax: restMs, atOnce: 4, waiting: 2 };
  const exchange = createGuardedExchange(log, budget);
  return { log, ask: (to = host, limits = LIMITS) => exchange(get(to.origin), limits) };
}

test.each<[string, Behaviour]>([
  ["hangs", hang],
  ["answers after we gave up", (response) => void setTimeout(() => response.end("{}"), 10 * LIMITS.totalMs).unref()],
  ["breaks the connection", (response) => void response.destroy()],
  ["answers 500", status(500)],
  ["answers 503", status(503, { "retry-after": "1" })],
])("a host that %s rests, nothing reaches it meanwhile, and another host is asked as ever", async (_, behaviour) => {
  const { ask, log } = guarded(MINUTE_MS);
  host.behaviour = behaviour;
  for (let call = 0; call < FAILURES; call++) await ask();
  expect(host.calls).toBe(FAILURES);
  host.behaviour = well;
  expect(await ask()).toMatchObject(NOT_SENT);
  expect(host.calls).toBe(FAILURES);
  expect(await ask(other, EXCHANGE_LIMITS)).toMatchObject({ kind: "answer", status: 200 });
  expect(log.lines).toEqual([{ event: "wechat.host_rests", fields: { origin: host.origin } }]);
});

test("once it answers again it is asked again", async () => {
  const { ask, log } = guarded(5);
  host.behaviour = status(502);
  for (let call = 0; call < FAILURES; call++) await ask();
  host.behaviour = well;
  await expect.poll(async () => (await ask(host, EXCHANGE_LIMITS)).kind).toBe("answer");
  expect(log.lines.map(({ event }) => event)).toEqual(["wechat.host_rests", "wechat.host_answers"]);
});

test("slow within the limits, asked to slow down, refused, or failing now and then: no reason to rest", async () => {
  const { ask, log } = guarded(MINUTE_MS);
  const ways = [status(429, { "retry-after": "1" }), status(403), status(500), status(500), well];
  for (let call = 0; call < 30; call++) {
    host.behaviour = ways[call % ways.length] ?? well;
    expect(await ask(host, EXCHANGE_LIMITS)).toMatchObject({ kind: "answer" });
  }
  host.behaviour = (response) => void setTimeout(() => response.end("{}"), 50);
  for (let call = 0; call < FAILURES + 1; call++) {
    expect(await ask(host, EXCHANGE_LIMITS)).toMatchObject({ kind: "answer", status: 200 });
  }
  expect(log.lines).toEqual([]);
});

test("what finds neither a connection nor a place to wait is not sent", async () => {
  const { ask } = guarded(MINUTE_MS);
  const held: ServerResponse[] = [];
  host.behaviour = (response) => void held.push(response);
  const calls = Array.from({ length: 6 }, () => ask(host, EXCHANGE_LIMITS));
  await expect.poll(() => held.length).toBe(4);
  expect(await ask()).toMatchObject(NOT_SENT);
  host.behaviour = well;
  for (const response of held) response.end("{}");
  expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(Array(6).fill("answer"));
});
