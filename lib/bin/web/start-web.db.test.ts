import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEAD_REQUEST_HEADER, isPrefetchOrHead } from "#lib/http/fetch-metadata.ts";
import { markUnavailable } from "#lib/http/next-call.ts";
import { answerWeb } from "#lib/http/web-adapter.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { startWeb, type Web } from "./start-web.ts";
import { loadStaticFiles } from "./static-files.ts";

// Goal: our own server answers like the other door, and adds what only a server can: files, headers, time-outs, an end.
// Method: real sockets; a stand-in for Next that hands requests of the table to the web door, as app/routes.ts does.

const PAGE = `<!doctype html><title>页面</title>${"<p>hello</p>".repeat(500)}`;

let edge: EdgeFixture;
let web: Web;
let root: string;
const seenByPages: { headers: IncomingHttpHeaders; url: string | undefined }[] = [];

beforeAll(async () => {
  edge = await edgeFixture();
  root = await mkdtemp(path.join(tmpdir(), "lingfu-web-"));
  await mkdir(path.join(root, ".next/static/chunks"), { recursive: true });
  await mkdir(path.join(root, "public"));
  await writeFile(path.join(root, ".next/static/chunks/a.js"), "let it = 1;\n".repeat(200));
  await writeFile(path.join(root, "public/icon.svg"), "<svg/>");
  web = await startWeb({
    container: edge.container,
    dev: false,
    port: 0,
    host: "127.0.0.1",
    files: await loadStaticFiles(root),
    pages: {
      async handle(incoming, outgoing) {
        seenByPages.push({ headers: { ...incoming.headers }, url: incoming.url });
        if (incoming.url?.startsWith("/pay/ord_unreadable")) markUnavailable();
        outgoing.setHeader("content-type", "text/html; charset=utf-8");
        outgoing.write(PAGE.slice(0, 100));
        (outgoing as unknown as { flush?: () => void }).flush?.();
        outgoing.end(PAGE.slice(100));
      },
    },
  });
});
afterAll(async () => {
  await web.stop();
  await edge.close();
  await rm(root, { recursive: true });
});

interface BinaryResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Plain http: fetch would tidy up targets, headers and encodings. */
function get(
  target: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<BinaryResponse> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      { host: "127.0.0.1", port: web.port, path: target, method, headers, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
        answer.on("error", reject);
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

describe("both doors give the same answer", () => {
  const bearer = () => ({ authorization: `Bearer ${edge.key.secret}`, "content-type": "application/json" });
  const order = JSON.stringify({ items: [{ name: "a", price: "0.01", quantity: 1 }] });
  const cases: [string, { method?: string; headers?: () => Record<string, string>; body?: string }][] = [
    ["/healthz", {}],
    ["/healthz", { method: "HEAD" }],
    ["/readyz", {}],
    ["/api/openapi.json", {}],
    ["/api/v1/orders", {}],
    ["/api/v1/orders", { headers: bearer }],
    ["/api/v1/orders?limit=0", { headers: bearer }],
    ["/api/v1/orders", { method: "POST", headers: bearer, body: "{" }],
    ["/api/v1/orders", { method: "POST", headers: () => ({ ...bearer(), "idempotency-key": "doors" }), body: order }],
    ["/api/v1/orders", { method: "POST", headers: bearer, body: `"${"x".repeat(1_100_000)}"` }],
    ["/api/v1/orders", { method: "PATCH", headers: bearer }],
    ["/api/v1/orders", { method: "OPTIONS" }],
    ["/api/v1/nothing", {}],
    ["/api/orders/ord_00000000000000000000000000/status", {}],
    ["/payment/notify", { method: "POST", headers: () => ({ "content-type": "application/json" }), body: "{}" }],
    [
      "/payment/notify",
      { method: "POST", headers: () => ({ "content-type": "text/xml" }), body: "<".repeat(1_100_000) },
    ],
    ["/payment/notify", {}],
  ];

  test.each(cases)("%s %j", async (target, { method = "GET", headers = () => ({}), body }) => {
    const ours = await get(target, { method, headers: headers(), ...(body === undefined ? {} : { body }) });
    const request = new Request(`http://localhost${target}`, {
      method,
      headers: headers(),
      ...(body === undefined ? {} : { body }),
    });
    const theirs = await answerWeb(edge.container, request);
    const stable = (text: string) => text.replaceAll(/req_[0-9a-z]+/g, "req_");
    expect(ours.status).toBe(theirs.status);
    expect(stable(ours.body.toString())).toBe(stable(await theirs.text()));
    for (const [name, value] of theirs.headers) {
      // The second of two equal calls is the repeat.
      if (!["x-request-id", "idempotent-replayed", "ratelimit"].includes(name))
        expect([name, ours.headers[name]]).toEqual([name, value]);
    }
    expect(ours.headers).not.toHaveProperty("x-powered-by");
  });
});

describe("pages", () => {
  test("get a policy with a nonce that Next finds in the request", async () => {
    const page = await get("/pay/ord_1?lang=en", { headers: { "x-lingfu-edge": "forged 1.1.1.1 direct /" } });
    const policy = page.headers["content-security-policy"];
    const seen = seenByPages.at(-1);
    expect(seen?.headers["content-security-policy"]).toBe(policy);
    expect(policy).toContain(`'nonce-${seen?.headers["x-nonce"]}'`);
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("frame-ancestors http://localhost:3001 http://127.0.0.1:3001");
    expect(page.headers).toMatchObject({
      "referrer-policy": "strict-origin-when-cross-origin",
      "x-content-type-options": "nosniff",
    });
    expect(seen?.headers["x-lingfu-edge"]).toBe(`${edge.container.edgeToken} 127.0.0.1 direct /pay/ord_1?lang=en`);
    const again = await get("/pay/ord_1");
    expect(again.headers["content-security-policy"]).not.toBe(policy);
  });

  test("are compressed for who can read it, and whole for who cannot", async () => {
    const packed = await get("/", { headers: { "accept-encoding": "gzip, br" } });
    expect(packed.headers["content-encoding"]).toBe("br");
    expect(packed.headers.vary).toBe("Accept-Encoding");
    expect(packed.body.length).toBeLessThan(PAGE.length / 5);
    expect(brotliDecompressSync(packed.body).toString()).toBe(PAGE);
    for (const accepted of ["", "gzip", "br;q=0"]) {
      const plain = await get("/", { headers: { "accept-encoding": accepted } });
      expect(plain.headers["content-encoding"]).toBeUndefined();
      expect(plain.body.toString()).toBe(PAGE);
    }
  });
});

describe("answers of the table", () => {
  const asked = (target: string, accepted: string, headers: Record<string, string> = {}) =>
    get(target, { headers: { ...headers, "accept-encoding": accepted } });

  test.each(["/api/openapi.json", "/docs", "/api/v1/orders"])("%s is packed as it is asked for", async (target) => {
    const headers = { authorization: `Bearer ${edge.key.secret}` };
    for (let each = 0; each < 5; each++) await edge.order();
    const plain = await asked(target, "identity", headers);
    expect([plain.headers["content-encoding"], plain.headers.vary]).toEqual([undefined, "Accept-Encoding"]);
    const stable = (body: Buffer) => body.toString().replaceAll(/nonce[="-]+[\w+/=-]+/g, "");
    for (const [accepted, encoding, unpack] of [
      ["gzip, deflate", "gzip", gunzipSync],
      ["gzip, br", "br", brotliDecompressSync],
    ] as const) {
      const packed = await asked(target, accepted, headers);
      expect([packed.headers["content-encoding"], packed.headers.vary]).toEqual([encoding, "Accept-Encoding"]);
      expect(packed.headers["content-length"]).toBe(String(packed.body.length));
      expect(packed.body.length).toBeLessThan(plain.body.length / 2);
      expect(stable(unpack(packed.body))).toBe(stable(plain.body));
    }
  });

  test("short ones, and those with an entity tag, come as they are", async () => {
    const { id } = await edge.order();
    for (const target of ["/healthz", `/api/orders/${id}/status`]) {
      const { headers } = await asked(target, "gzip, br");
      expect([headers["content-encoding"], headers.vary]).toEqual([undefined, undefined]);
    }
  });
});

test.each(["identity", "br"])(
  "a page that cannot read its order is 503 with its text (%s), the next one is 200",
  async (encoding) => {
    const headers = { "accept-encoding": encoding };
    const away = await get("/pay/ord_unreadable", { headers });
    expect([away.status, away.headers["retry-after"]]).toEqual([503, "5"]);
    expect((encoding === "br" ? brotliDecompressSync(away.body) : away.body).toString()).toBe(PAGE);
    const back = await get("/pay/ord_1", { headers });
    expect([back.status, back.headers["retry-after"]]).toEqual([200, undefined]);
  },
);

describe("who only looks at a pay page", () => {
  test.each([
    ["sec-purpose", "prefetch;prerender"],
    ["purpose", "prefetch"],
    ["x-purpose", "preview"],
    ["x-moz", "prefetch"],
  ])("%s: %s is told to come back with somebody", async (name, value) => {
    const before = seenByPages.length;
    const answer = await get("/pay/ord_1", { headers: { [name]: value } });
    expect([answer.status, answer.headers["cache-control"], answer.body.length]).toEqual([503, "no-store", 0]);
    expect(seenByPages).toHaveLength(before);
    expect((await get("/docs-of-ours", { headers: { [name]: value } })).status).toBe(200);
  });

  test("by HEAD is told apart from who comes, and nobody else can say so", async () => {
    await get("/pay/ord_1", { method: "HEAD" });
    expect(
      isPrefetchOrHead(
        new Headers({ [HEAD_REQUEST_HEADER]: String(seenByPages.at(-1)?.headers[HEAD_REQUEST_HEADER]) }),
      ),
    ).toBe(true);
    await get("/pay/ord_1", { headers: { [HEAD_REQUEST_HEADER]: "1" } });
    expect(seenByPages.at(-1)?.headers[HEAD_REQUEST_HEADER]).toBeUndefined();
  });
});

describe("files", () => {
  test("of the build are compressed and kept for ever", async () => {
    const file = await get("/_next/static/chunks/a.js", { headers: { "accept-encoding": "br" } });
    expect(file.headers).toMatchObject({
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "text/javascript; charset=utf-8",
      vary: "Accept-Encoding",
    });
    expect(brotliDecompressSync(file.body).toString()).toBe("let it = 1;\n".repeat(200));
    const plain = await get("/_next/static/chunks/a.js");
    expect(plain.headers["content-length"]).toBe("2400");
  });

  test("of the build come as brotli, gzip or as they are; each form has a tag of its own, by which it is kept", async () => {
    const asked = (accepted: string, tag = "") =>
      get("/_next/static/chunks/a.js", { headers: { "accept-encoding": accepted, "if-none-match": tag } });
    const forms = await Promise.all(
      ["br, gzip", "gzip", "br;q=0, gzip;q=0.5", "gzip, br;q=0.1", "identity"].map((each) => asked(each)),
    );
    expect(forms.map(({ headers }) => headers["content-encoding"])).toEqual(["br", "gzip", "gzip", "gzip", undefined]);
    expect(gunzipSync(forms[1]?.body ?? Buffer.alloc(0)).toString()).toBe("let it = 1;\n".repeat(200));
    const [br = "", gz = "", , , plain = ""] = forms.map(({ headers }) => headers.etag);
    expect(new Set([br, gz, plain]).size).toBe(3);
    expect((await asked("br, gzip", br)).status).toBe(304);
    expect((await asked("gzip", `"other", ${gz}`)).status).toBe(304);
    expect((await asked("gzip", br)).status).toBe(200);
    expect((await asked("identity", plain)).status).toBe(304);
  });

  test("of public/ are served, and what lies outside is not", async () => {
    expect((await get("/icon.svg")).body.toString()).toBe("<svg/>");
    for (const target of ["/_next/static/../../public/icon.svg", "/_next/static/chunks/a.js.br", "/../package.json"]) {
      expect((await get(target)).body.toString()).toBe(PAGE);
    }
  });
});

describe("the wire", () => {
  const raw = (text: string, until: RegExp = /$^/): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: web.port }, () => socket.write(text));
      let answer = "";
      socket.setEncoding("utf8");
      socket.on("data", (chunk) => {
        answer += chunk;
        if (until.test(answer)) socket.destroy();
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });

  test("what is no HTTP, or has headers without end, is refused", async () => {
    expect(await raw("nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test("a path whose escapes are no text is refused, and never asked of Next", async () => {
    const before = seenByPages.length;
    for (const path of ["/pay/%", "/pay/%FF", "/%E0%A4%A"]) expect((await get(path)).status).toBe(400);
    expect(seenByPages).toHaveLength(before);
  });

  test("a signature covers the target as it came, dots, encodings and all", async () => {
    const { createHmac } = await import("node:crypto");
    const target = "/api/v1/orders?q=%e4%bd%a0+'x'&limit=5";
    const timestamp = Math.floor(edge.clock.now().getTime() / 1_000);
    const signature = createHmac("sha256", edge.key.secret)
      .update(`GET\n${target}\n${timestamp}\nraw-1\n\n`)
      .digest("base64");
    const authorization = `PAY-HMAC-SHA256 key_id="${edge.key.id}",nonce="raw-1",timestamp="${timestamp}",signature="${signature}"`;
    expect((await get(target, { headers: { authorization } })).status).toBe(200);
  });

  test("after a body that was too long the connection still serves", async () => {
    const answers = await raw(
      `POST /payment/notify HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n${"x".repeat(1_048_577)}GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n`,
      /"ok"/,
    );
    expect(answers).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 200 /);
  });

  test("a form of PUBLIC_URL reaches the page by whatever Host, one of another site is refused", async () => {
    const { publicUrl } = edge.container.settings;
    const form = { "content-type": "multipart/form-data; boundary=X" };
    const post = (headers: Record<string, string>) =>
      get("/admin/sign-in", { method: "POST", headers: { ...form, ...headers } });
    const hosts = ["127.0.0.1:9", "localhost", new URL(publicUrl).host, "evil.example"];
    for (const host of hosts) {
      expect((await post({ origin: publicUrl, host, "x-forwarded-host": "evil.example" })).status).toBe(200);
      const { headers } = seenByPages.at(-1) ?? {};
      expect([headers?.host, headers?.["x-forwarded-host"]]).toEqual([new URL(publicUrl).host, undefined]);
    }
    // By another name of this machine, as through a tunnel.
    expect((await post({ origin: "http://10.0.0.7:3000", host: "10.0.0.7:3000" })).status).toBe(200);
    const before = seenByPages.length;
    const foreign = ["https://evil.example", "null", "no address", `${publicUrl}.evil.example`, "http://10.0.0.7"];
    for (const origin of foreign) {
      const refused = await post({ origin, host: "10.0.0.7:3000", "x-forwarded-host": "evil.example" });
      expect([origin, refused.status]).toEqual([origin, 403]);
      expect(refused.body.toString()).toContain("PUBLIC_URL");
    }
    expect(seenByPages.length).toBe(before);
    expect((await get("/admin/sign-in", { headers: { origin: "https://evil.example" } })).status).toBe(200);
  });

  test("metrics without a token are for this machine", async () => {
    expect((await get("/metrics")).status).toBe(200);
    expect((await get("/metrics", { headers: { "x-forwarded-for": "1.2.3.4" } })).status).toBe(403);
  });
});
