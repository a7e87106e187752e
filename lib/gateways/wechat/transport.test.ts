// Goal: over real sockets, plain and TLS: an answer as it was, or a reason why there is none, within the limits.
import { generateKeyPairSync } from "node:crypto";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { selfSigned } from "./testing/certificate.ts";
import { startPlatform } from "./testing/platform.ts";
import { EXCHANGE_LIMITS, exchange, type OutgoingRequest } from "./transport.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const cert = selfSigned({
  privateKey,
  serial: "5157",
  expiresAt: new Date("2040-01-01T00:00:00Z"),
  commonName: "localhost",
});
const key = privateKey.export({ type: "pkcs8", format: "pem" });

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}
const get = (origin: string, change: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  origin,
  method: "GET",
  path: "/x?y=z",
  headers: {},
  body: "",
  ...change,
});

test("TLS: a certificate that is trusted is talked to, over a connection that is kept; one that is not, is not", async () => {
  const server = createTlsServer({ key, cert }, (request, response) =>
    response.end(`${request.method} ${request.url}`),
  );
  closers.push(async () => server.closeAllConnections());
  let connections = 0;
  server.on("secureConnection", () => {
    connections++;
  });
  const origin = `https://localhost:${await listen(server, "localhost")}`;
  const limits = { ...EXCHANGE_LIMITS, connectMs: 1_000 };
  expect(await exchange(get(origin), limits)).toMatchObject({ kind: "no_answer", mayHaveArrived: false });
  const before = getCACertificates("default");
  setDefaultCACertificates([cert]);
  try {
    const slow = { ...limits, totalMs: 5_000 };
    const answer = await exchange(get(origin), slow);
    expect(answer).toMatchObject({ kind: "answer", status: 200, body: Buffer.from("GET /x?y=z") });
    const count = connections;
    // Longer than connecting may take: the clock on the connecting must have been stopped.
    await new Promise((resolve) => setTimeout(resolve, limits.connectMs + 100));
    expect(await exchange(get(origin), slow)).toMatchObject({ kind: "answer", status: 200 });
    expect(connections).toBe(count);
  } finally {
    setDefaultCACertificates(before);
  }
});

test("TLS that never shakes hands counts as connecting, and nothing can have arrived", async () => {
  const server = createTcpServer((socket) => void closers.push(async () => socket.destroy()));
  const origin = `https://127.0.0.1:${await listen(server)}`;
  expect(await exchange(get(origin), { ...EXCHANGE_LIMITS, connectMs: 50 })).toEqual({
    kind: "no_answer",
    cause: "connecting took too long",
    mayHaveArrived: false,
    staleConnection: false,
  });
});

test("a time-out after the request was sent: it may have arrived", async () => {
  const platform = await startPlatform(() => undefined);
  closers.push(() => platform.close());
  expect(await exchange(get(platform.origin), { ...EXCHANGE_LIMITS, totalMs: 100 })).toEqual({
    kind: "no_answer",
    cause: "time-out",
    mayHaveArrived: true,
    staleConnection: false,
  });
});

test("what is sent is what was given, with its length in bytes; headers that come twice cannot pass for one", async () => {
  const platform = await startPlatform((_seen, response) => {
    response.writeHead(
      200,
      [
        ["Wechatpay-Serial", "A"],
        ["Wechatpay-Serial", "B"],
        ["Wechatpay-Nonce", "n"],
      ].flat(),
    );
    response.end("ok");
    return undefined;
  });
  closers.push(() => platform.close());
  const answer = await exchange(
    get(platform.origin, { method: "POST", path: "/a%2Fb?c=d", body: "茶", headers: { "x-one": "1" } }),
    EXCHANGE_LIMITS,
  );
  expect(platform.seen).toMatchObject([{ method: "POST", path: "/a%2Fb?c=d", body: "茶" }]);
  expect(platform.seen[0]?.headers).toMatchObject({ "x-one": "1", "content-length": "3" });
  if (answer.kind !== "answer") throw new Error(answer.cause);
  expect(answer.headers.get("Wechatpay-Serial")).toBe("A, B");
  expect(answer.headers.get("WECHATPAY-NONCE")).toBe("n");
  expect(answer.headers.get("wechatpay-signature")).toBeNull();
});

test("an answer may be as large as the limit, and not a byte larger", async () => {
  const platform = await startPlatform(({ path }) => ({ status: 200, body: "x".repeat(Number(path.slice(1))) }));
  closers.push(() => platform.close());
  const limits = { ...EXCHANGE_LIMITS, answerBytes: 1_000 };
  expect(await exchange(get(platform.origin, { path: "/1000" }), limits)).toMatchObject({ kind: "answer" });
  expect(await exchange(get(platform.origin, { path: "/1001" }), limits)).toMatchObject({ cause: "answer too large" });
});

test("an address in IPv6", async () => {
  const origin = "http://[::1]:9";
  expect(await exchange(get(origin), EXCHANGE_LIMITS)).toMatchObject({ kind: "no_answer", mayHaveArrived: false });
});
