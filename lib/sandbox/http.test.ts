import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listenHttp } from "./http.ts";
import { type Bench, call, NATIVE, nativeOrder, openBench, verifies } from "./testing/client.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Unlike fetch it neither asks for compression by itself nor undoes it. */
const ask = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<RawReply> =>
  new Promise((resolve, reject) => {
    request(bench.sandbox.url + path, { method, headers, agent: false }, async (reply) => {
      const chunks: Buffer[] = [];
      for await (const chunk of reply as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: reply.statusCode ?? 0, headers: reply.headers, bytes: Buffer.concat(chunks) });
    })
      .on("error", reject)
      .end();
  });

test.each([
  [NATIVE, "GET", "POST"],
  ["/v3/certificates", "POST", "GET, HEAD"],
  ["/pay/unifiedorder", "GET", "POST"],
  ["/control/faults", "DELETE", "GET, HEAD, POST"],
])("%s names its methods when the method is %s", async (path, method, allowed) => {
  const reply = await ask(path, {}, method);
  expect([reply.status, reply.headers.allow]).toEqual([405, allowed]);
});

test.each(["gzip", "deflate, GZIP;q=0.8", "gzip;q=1.0"])(
  "answers are compressed for Accept-Encoding: %s",
  async (accepts) => {
    const plain = await ask("/control");
    const packed = await ask("/control", { "Accept-Encoding": accepts });
    expect([plain.headers["content-encoding"], packed.headers["content-encoding"]]).toEqual([undefined, "gzip"]);
    expect([plain.headers.vary, packed.headers.vary]).toEqual(["Accept-Encoding", "Accept-Encoding"]);
    expect(packed.headers["content-length"]).toBe(String(packed.bytes.length));
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
  },
);

test.each(["", "identity", "br", "gzip;q=0", "x-gzipped"])("they are not for Accept-Encoding: %j", async (accepts) => {
  const reply = await ask("/control", { "Accept-Encoding": accepts });
  expect(reply.headers["content-encoding"]).toBeUndefined();
});

test("what is signed is the answer before it is compressed", async () => {
  // fetch asks for gzip and opens it.
  const reply = await call(bench.merchant, NATIVE, { body: nativeOrder(bench) });
  expect(reply.headers.get("content-encoding")).toBe("gzip");
  const message = { headers: Object.fromEntries(reply.headers), body: reply.text };
  expect(verifies(bench.merchant.wechatpay_public_key, message)).toBe(true);
});

test("who asks before the routes are there is answered by them", async () => {
  const server = await listenHttp(0, "127.0.0.1");
  const headers = { expect: "100-continue" };
  const early = request({ host: "127.0.0.1", port: server.port, method: "POST", headers, agent: false });
  early.flushHeaders();
  // It has arrived.
  await once(early, "continue");
  server.serve((_, response) => response.writeHead(204).end());
  early.end();
  const [reply] = (await once(early, "response")) as [{ readonly statusCode: number }];
  expect(reply.statusCode).toBe(204);
  await server.close();
});
