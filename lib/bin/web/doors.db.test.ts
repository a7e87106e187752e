import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BODY_BYTES_MAX } from "#lib/base/limits.ts";
import { ACTION_BODY_BYTES_MAX, PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { openapiDocument } from "#lib/contract/openapi/index.ts";
import { ROUTES } from "#lib/http/routes.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { pageRuleOf } from "./page-rules.ts";
import { startWeb, type Web } from "./start-web.ts";

// Goal: every address of the product, of the table and of app/, refuses a body that is too long or packed, a method that it
// does not have, and what is not well-formed, by the right status and without handing it on.
// Method: walk both lists over real sockets; the stand-in for Next notes what reached it.

let edge: EdgeFixture;
let web: Web;
const handedOn: { method: string | undefined; url: string | undefined; bytes: number }[] = [];

beforeAll(async () => {
  edge = await edgeFixture();
  web = await startWeb({
    container: edge.container,
    dev: false,
    port: 0,
    host: "127.0.0.1",
    files: null,
    pages: {
      async handle(incoming, outgoing) {
        let bytes = 0;
        for await (const chunk of incoming) bytes += (chunk as Buffer).length;
        handedOn.push({ method: incoming.method, url: incoming.url, bytes });
        outgoing.end("page");
      },
    },
  });
});
afterAll(async () => {
  await web.stop();
  await edge.close();
});

interface DoorRequest {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Says that so many bytes follow, and sends none of them. */
  readonly declared?: number;
}

interface TextResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function send(path: string, { method, headers = {}, body, declared }: DoorRequest): Promise<TextResponse> {
  return new Promise((resolve, reject) => {
    const length =
      declared ?? (body === undefined || "transfer-encoding" in headers ? undefined : Buffer.byteLength(body));
    const sized = length === undefined ? {} : { "content-length": String(length) };
    const asked = httpRequest(
      { host: "127.0.0.1", port: web.port, path, method, headers: { ...headers, ...sized }, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
          asked.destroy();
        });
      },
    );
    asked.on("error", reject);
    if (declared === undefined) asked.end(body);
    else asked.flushHeaders();
  });
}

const { paths: described } = openapiDocument("https://pay.example");

/** What the description says that a call may answer. */
const statusesOf = (method: string, path: string): string[] =>
  Object.keys(described[path]?.[method.toLowerCase()]?.responses ?? {});

const withoutParameters = (path: string): string => path.replaceAll(/\{\w+\}/g, "ord_01jzk3v9x2t8q4w6y0bcdefghj");
const key = () => ({ authorization: `Bearer ${edge.key.secret}` });

describe("the table", () => {
  const paths = [...new Set(ROUTES.map(({ path }) => path))];
  const methodsOf = (path: string) =>
    ROUTES.filter((route) => route.path === path).map(({ method }) => method as string);

  test.each(paths)("%s answers 405 with Allow to every other method", async (path) => {
    const own = methodsOf(path);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]) {
      if (own.includes(method)) continue;
      const { status, headers } = await send(withoutParameters(path), { method });
      expect([method, status]).toEqual([method, 405]);
      for (const each of own) expect(headers.allow).toContain(each);
    }
  });

  const writes = ROUTES.filter(({ method }) => method !== "GET").map(({ method, path }) => [method, path] as const);

  test.each(writes)("%s %s takes no packed body", async (method, path) => {
    const headers = { ...key(), "content-type": "application/json", "content-encoding": "gzip" };
    const { status, headers: answered, text } = await send(withoutParameters(path), { method, headers, body: "{}" });
    expect([status, answered["accept-encoding"]]).toEqual([415, "identity"]);
    expect(text).toMatch(path === "/payment/notify" ? /"FAIL"/ : /"unsupported_media_type"/);
  });

  test.each(writes.filter(([method]) => method !== "DELETE"))(
    "%s %s reads no body above its limit",
    async (method, path) => {
      const headers = { ...key(), "content-type": "application/json", "sec-fetch-site": "same-origin" };
      const { status } = await send(withoutParameters(path), { method, headers, declared: 300_000_000 });
      expect(status).toBe(413);
      expect(statusesOf(method, path)).toEqual(expect.arrayContaining(["413", "415"]));
    },
  );

  test.each(writes.filter(([, path]) => /^\/api\/(?!v1)/.test(path)))(
    "%s %s, which needs no key, takes a few KiB",
    async (method, path) => {
      const headers = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
      const { status } = await send(withoutParameters(path), { method, headers, declared: 8_193 });
      expect(status).toBe(413);
    },
  );

  test.each(writes.filter(([method]) => method !== "DELETE"))(
    "%s %s answers 4xx to what is not well-formed",
    async (method, path) => {
      for (const body of [
        "{",
        '{"a":',
        "\u0000",
        '"\ud800"',
        "[]",
        "null",
        '{"__proto__":1}',
        "<xml",
        "[".repeat(900),
      ]) {
        const headers = { ...key(), "content-type": "application/json", "sec-fetch-site": "same-origin" };
        const { status } = await send(withoutParameters(path), { method, headers, body });
        expect([body, Math.floor(status / 100)]).toEqual([body, 4]);
        expect(statusesOf(method, path)).toContain(String(status));
      }
    },
  );

  test("no answer is longer than 8 KiB, however much is wrong", async () => {
    const unknown = (length: number, count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}${"支".repeat(length)}`, 1])));
    const asked: [string, string, Record<string, string>][] = [
      ["/api/v1/orders", unknown(2, 60_000), key()],
      ["/api/v1/orders", unknown(9_000, 30), key()],
      ["/api/v1/orders", unknown(1, 30).replaceAll("支", String.raw`\u0001`.repeat(300)), key()],
      ["/api/orders/x/pay", unknown(1, 200), {}],
    ];
    for (const [path, body, headers] of asked) {
      const { status, text } = await send(path, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
      });
      expect(status).toBe(400);
      expect(Buffer.byteLength(text)).toBeLessThan(8_192);
      const { errors } = JSON.parse(text) as { errors: { path: string; message: string }[] };
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(20);
      for (const each of errors) expect(each.path.length + each.message.length).toBeLessThanOrEqual(200);
    }
  });
});

interface AppFile {
  readonly path: string;
  readonly methods: readonly string[];
}

/** What app/ has besides the table, from its files: pages, and route handlers with the methods they export. */
function appFiles(): AppFile[] {
  const table = new Set(ROUTES.map(({ path }) => path));
  return readdirSync("app", { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const [, folder = "", kind] = /^(?:(.*)\/)?(page\.tsx|route\.ts)$/.exec(name) ?? [];
    if (kind === undefined) return [];
    const pieces = folder.split("/").filter((piece) => piece !== "" && !piece.startsWith("("));
    const path = `/${pieces.map((piece) => piece.replace(/^\[(?:\.\.\.)?(\w+)\]$/, "{$1}")).join("/")}`;
    if (table.has(path) || /^\/(?:api|docs)\/\{rest\}$/.test(path)) return [];
    if (kind === "page.tsx") return [{ path, methods: path.startsWith("/admin") ? ["GET", "POST"] : ["GET"] }];
    const exported = readFileSync(`app/${name}`, "utf8").matchAll(/^export (?:async function|const) ([A-Z]+)\b/gm);
    return [{ path, methods: [...exported].map(([, method = ""]) => method) }];
  });
}

describe("app/", () => {
  const files = appFiles();
  test("is all there", () => expect(files.length).toBeGreaterThan(30));

  // Under plain `next start` nothing else answers them.
  test.each([...new Set(ROUTES.map(({ path }) => path))])("has a route file that answers %s", (path) => {
    const [, folder] = /^\/(api|docs)\//.exec(path) ?? [];
    const file = folder === undefined ? `app${path}/route.ts` : `app/${folder}/[...rest]/route.ts`;
    expect(readFileSync(file, "utf8")).toContain("= answerFromTable()");
  });

  test.each(files)("$path takes $methods and answers 405 with Allow to the rest", async ({ path, methods }) => {
    expect([...pageRuleOf(withoutParameters(path)).methods]).toEqual(methods);
    const before = handedOn.length;
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]) {
      if (methods.includes(method)) continue;
      const { status, headers } = await send(withoutParameters(path), { method });
      expect([method, status]).toEqual([method, 405]);
      expect(headers.allow).toBe(
        methods
          .flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each]))
          .concat("OPTIONS")
          .join(", "),
      );
    }
    expect((await send(withoutParameters(path), { method: "OPTIONS" })).status).toBe(204);
    expect(handedOn).toHaveLength(before);
  });

  test.each(files)("$path hands on no body above its limit, and no packed one", async ({ path, methods }) => {
    const bytesMax = pageRuleOf(withoutParameters(path)).bodyBytesMax;
    expect(bytesMax).toBeLessThanOrEqual(path.startsWith("/admin") ? ACTION_BODY_BYTES_MAX : 2 * PAGE_BODY_BYTES_MAX);
    const before = handedOn.length;
    for (const method of methods) {
      const headers = { "content-type": "multipart/form-data; boundary=X" };
      expect((await send(withoutParameters(path), { method, headers, declared: 300_000_000 })).status).toBe(413);
      const chunked = { ...headers, "transfer-encoding": "chunked" };
      const long = "x".repeat(bytesMax + 1);
      expect((await send(withoutParameters(path), { method, headers: chunked, body: long })).status).toBe(413);
      const packed = { ...headers, "content-encoding": "gzip" };
      expect((await send(withoutParameters(path), { method, headers: packed, body: "x" })).status).toBe(415);
    }
    expect(handedOn).toHaveLength(before);
  });

  test("a body within the limit is handed on whole", async () => {
    for (const chunked of [false, true]) {
      const headers: Record<string, string> = chunked ? { "transfer-encoding": "chunked" } : {};
      await send("/shop/basket", { method: "POST", headers, body: "x".repeat(PAGE_BODY_BYTES_MAX) });
      expect(handedOn.at(-1)).toEqual({ method: "POST", url: "/shop/basket", bytes: PAGE_BODY_BYTES_MAX });
    }
    await send("/shop/basket", { method: "POST" });
    expect(handedOn.at(-1)?.bytes).toBe(0);
  });
});

test("what is posted to a page of the dashboard is an action, or refused", async () => {
  const before = handedOn.length;
  for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
    const { status } = await send("/admin/orders", { method: "POST", headers: { "content-type": type }, body: "x" });
    expect(status).toBe(400);
  }
  expect((await send("/admin", { method: "POST" })).status).toBe(400);
  expect(handedOn).toHaveLength(before);
  const action = { "content-type": "text/plain", "next-action": "a".repeat(42) };
  expect((await send("/admin/orders", { method: "POST", headers: action, body: "[]" })).status).toBe(200);
});

test("addresses that nobody has take no more than a form, and nothing but GET and POST", async () => {
  expect((await send("/nope", { method: "POST", declared: BODY_BYTES_MAX })).status).toBe(413);
  for (const method of ["PUT", "PATCH", "DELETE"]) expect((await send("/nope", { method })).status).toBe(404);
  for (const path of ["/nope", "/_next/static/a.js", "/icon.svg", "/api/nope"]) {
    expect([path, (await send(path, { method: "TRACE" })).status]).toEqual([path, path === "/api/nope" ? 404 : 405]);
  }
});

test("the framework's optimiser of pictures is off", async () => {
  const before = handedOn.length;
  for (const path of ["/_next/image?url=%2Ficon.svg&w=64&q=75", "/_next/image", "/_next/image/"]) {
    for (const method of ["GET", "POST"]) expect((await send(path, { method })).status).toBe(404);
  }
  expect(handedOn).toHaveLength(before);
});
