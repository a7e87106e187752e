import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { AppError } from "#lib/base/app-error.ts";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { collectText } from "#lib/texts/collect.ts";
import { broken } from "#lib/texts/zh-CN/broken.ts";
import { buildLane } from "../launch/build-lane.mjs";
import { loadPageLane } from "./page-lane.ts";
import { startWeb, type Web } from "./start-web.ts";
import { loadStaticFiles } from "./static-files.ts";

// Goal: the page lane as it is built is light and shows each visit its own order, as it is now.

/** All that a phone loads for the pay page the first time, with headers. */
const COLD_BYTES_MAX = 25_000;
/** What nothing may be painted without. */
const STYLE_BYTES_MAX = 6_000;

/** Where the shop opens the pay page over a page of its own. */
const EMBEDDING = "https://shop.example";

let edge: EdgeFixture;
let web: Web;
let folder: string;
/** Pages of collection codes wait here. */
const gate = { waiting: 0, open: Promise.resolve() };
const shop = { name: "山茶咖啡", industry: null, brand: null as object | null, look: USUAL_LOOK };

beforeAll(async () => {
  edge = await edgeFixture({ settings: { embedOrigins: [EMBEDDING] } });
  folder = await mkdtemp(fileURLToPath(new URL("../../../.lane-test-", import.meta.url)));
  await buildLane(path.join(folder, ".lane"));
  const scan: typeof edge.container.collection.scan = async (code) => {
    gate.waiting++;
    await gate.open;
    return edge.container.collection.scan(code);
  };
  const container = { ...edge.container, merchant: async () => shop as never, collection: { scan } as never };
  web = await startWeb({
    container,
    dev: false,
    port: 0,
    host: "127.0.0.1",
    files: await loadStaticFiles(folder),
    lane: await loadPageLane(path.join(folder, ".lane"), container),
    pages: { handle: async (_, outgoing) => void outgoing.writeHead(200).end("Next") },
  });
}, 120_000);
afterAll(async () => {
  await web.stop();
  await edge.close();
  await rm(folder, { recursive: true });
});

const DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const PHONE =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";

async function visit(target: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`http://127.0.0.1:${web.port}${target}`, {
    headers: { "user-agent": DESK, "accept-language": "zh-CN", ...headers },
    redirect: "manual",
  });
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
}
const textOf = (html: string): string =>
  html.replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, "").replaceAll(/<[^>]+>/g, " ");

describe("what it weighs", () => {
  const size = (text: string | Uint8Array) => brotliCompressSync(text).length;
  const compressed = async (target: string, headers: Record<string, string> = {}) => {
    const { get } = await import("node:http");
    return new Promise<number>((resolve, reject) => {
      const asked = {
        headers: { "user-agent": DESK, "accept-encoding": "gzip, deflate, br", ...headers },
        agent: false,
      };
      get(`http://127.0.0.1:${web.port}${target}`, asked, (answer) => {
        const lines = answer.rawHeaders.map((text, at) => text.length + (at % 2 === 0 ? ": " : "\r\n").length);
        let bytes = lines.reduce((sum, each) => sum + each, "HTTP/1.1 200 OK\r\n\r\n".length);
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.on("end", () => resolve(bytes));
      }).on("error", reject);
    });
  };

  test("a first visit loads three small files, none of which but the style holds up what is painted", async () => {
    await edge.payments.promotions.create(
      promotionRequestSchema.parse({
        id: "coded",
        name: "券",
        type: "amount_off",
        phase: "order",
        off: 100,
        needsCode: true,
      }),
    );
    const order = await edge.order({ returnUrl: "https://shop.example/back" });
    for (const language of ["zh-CN", "zh-HK", "en"]) {
      const { html } = await visit(`/pay/${order.id}?lang=${language}`);
      expect(html).toContain('data-testid="code-entry"');
      const files = [...html.matchAll(/(?:src|href)="(\/_lane\/[^"]+)"/g)].map(([, file = ""]) => file);
      expect(files).toHaveLength(2);
      const weights = await Promise.all(files.map((file) => compressed(file)));
      const page = await compressed(`/pay/${order.id}?lang=${language}`);
      const total = weights.reduce((sum, each) => sum + each, page);
      expect(total, `${language}: page ${page}, ${files} ${weights}`).toBeLessThanOrEqual(COLD_BYTES_MAX);
      const style = files.findIndex((file) => file.endsWith(".css"));
      expect(weights[style]).toBeLessThanOrEqual(STYLE_BYTES_MAX);
      const blocking = [...html.matchAll(/<script\b[^>]*\bsrc=[^>]*>/g)].filter(
        ([tag]) => !/ (?:defer|async)\b/.test(tag),
      );
      expect(blocking).toEqual([]);
    }
    await edge.rows("update promotions set status = 'archived', archived_at = now() where id = 'coded'");
  });

  test("a collection code's page and those that say that nothing is there load their style and no script", async () => {
    const code = await edge.container.collection.create(collectionCodeRequestSchema.parse({ label: "一号台" }), {
      by: "x",
    });
    for (const target of [`/c/${code.code}`, "/c/nothing", "/pay/ord_nothing", "/pay/a/b"]) {
      const { html } = await visit(target);
      expect(html).toContain('rel="stylesheet"');
      expect(html).not.toMatch(/<script\b[^>]*\bsrc=/);
      expect(size(html), target).toBeLessThan(5_000);
    }
  });
});

describe("whose page it is", () => {
  test("two orders in two languages never show anything of each other, however often both are asked for", async () => {
    const [tea, cake] = [
      await edge.order({ items: [{ name: "龙井茶", price: 31, quantity: 1 }] }),
      await edge.order({ items: [{ name: "栗子蛋糕", price: 47.5, quantity: 1 }] }),
    ];
    const visits = [
      { order: tea, other: cake, language: "zh-CN", says: ["31.00", "龙井茶", "应付金额"], not: ["47.50", "栗子"] },
      { order: tea, other: cake, language: "en", says: ["31.00", "Amount due"], not: ["47.50", "应付金额"] },
      { order: cake, other: tea, language: "zh-HK", says: ["47.50", "應付金額"], not: ["31.00", "应付金额"] },
      { order: cake, other: tea, language: "zh-CN", says: ["47.50", "栗子蛋糕"], not: ["31.00", "龙井"] },
    ];
    const pages = await Promise.all(
      Array.from({ length: 3 }, () => visits)
        .flat()
        .map(async (one) => ({ ...one, ...(await visit(`/pay/${one.order.id}?lang=${one.language}`)) })),
    );
    for (const { html, says, not, order, other, language } of pages) {
      for (const text of says) expect(textOf(html), language).toContain(text);
      for (const text of not) expect(textOf(html), language).not.toContain(text);
      expect(html).toContain(order.outTradeNo);
      expect(html).not.toContain(other.id);
      expect(html).not.toContain(other.outTradeNo);
    }
  });

  test("what has changed since the last visit is on the next one: the shop's look, the price, and that it is paid", async () => {
    const order = await edge.order({ items: [{ name: "拿铁", price: 20, quantity: 1 }] });
    const page = async () => {
      const { html } = await visit(`/pay/${order.id}`);
      return { html, text: textOf(html) };
    };
    const code = (html: string) => /<path stroke="#0b1510"[^>]*>/.exec(html)?.[0];
    const before = await page();
    expect(before.text).toContain("¥20.00");
    expect((await page()).html.length).toBeGreaterThan(0);
    expect(code((await page()).html), "the same trade has the same code").toBe(code(before.html));
    Object.assign(shop, { look: { ...USUAL_LOOK, corners: "square", phone: "010-1234" }, brand: { name: "新店名" } });
    const looks = await page();
    expect(looks.html).toContain('data-corners="square"');
    expect(looks.text).toContain("010-1234");
    expect(looks.text).toContain("新店名");
    await edge.payments.promotions.create(
      promotionRequestSchema.parse({
        id: "taken",
        name: "立减3元",
        type: "amount_off",
        phase: "order",
        off: 300,
        optional: true,
      }),
    );
    await edge.payments.chooseOffers({ orderId: order.id, offers: ["taken"] });
    const cheaper = await page();
    expect(cheaper.text).toContain("¥17.00");
    expect(code(cheaper.html), "another price is another code").not.toBe(code(before.html));
    await edge.payAndNotify(edge.wechat.calls.findLast(({ operation }) => operation === "openTrade")?.number ?? "");
    const paid = await page();
    expect(paid.text).toContain("支付成功");
    expect(code(paid.html)).toBeUndefined();
  });
});

describe("who only looks", () => {
  test("opens no trade: a crawler, a HEAD, and a browser that fetches ahead", async () => {
    const order = await edge.order();
    const crawler = await visit(`/pay/${order.id}`, { "user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)" });
    expect(crawler.status).toBe(200);
    const head = await fetch(`http://127.0.0.1:${web.port}/pay/${order.id}`, {
      method: "HEAD",
      headers: { "user-agent": DESK },
    });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await visit(`/pay/${order.id}`, { "sec-purpose": "prefetch" })).status).toBe(503);
    expect(await edge.rows("select from payment_attempts where order_id = $1", [order.id])).toEqual([]);
    await visit(`/pay/${order.id}`);
    expect(await edge.rows("select from payment_attempts where order_id = $1", [order.id])).toHaveLength(1);
  });
});

describe("without scripts", () => {
  test("the page takes the payment, asks WeChat by a form, and tells the truth when it is loaded again", async () => {
    const order = await edge.order();
    const { html } = await visit(`/pay/${order.id}`, { "user-agent": PHONE });
    const form = /<form method="post" action="([^"]+\/h5)"[^>]*><button/.exec(html);
    expect(form?.[1], "the button is a form of its own").toBe(`/pay/${order.id}/h5`);
    const number = await edge.open(order.id, { channel: "h5", payerIp: "1.2.3.4" });
    const back = await visit(`/pay/${order.id}?returned=1`, { "user-agent": PHONE });
    expect(textOf(back.html)).toContain("正在确认");
    expect(back.html).toContain(`action="/pay/${order.id}/check"`);
    await edge.payAndNotify(number);
    expect(textOf((await visit(`/pay/${order.id}?returned=1`, { "user-agent": PHONE })).html)).toContain("支付成功");
  });
});

test("a page is the same in whatever encoding it comes", async () => {
  const code = await edge.container.collection.create(
    collectionCodeRequestSchema.parse({ label: "二号台", amount: 500 }),
    { by: "x" },
  );
  const { get } = await import("node:http");
  const raw = (encoding: string) =>
    new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
      get(
        `http://127.0.0.1:${web.port}/c/${code.code}`,
        { headers: { "accept-encoding": encoding }, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () =>
            resolve({ encoding: answer.headers["content-encoding"], bytes: Buffer.concat(chunks) }),
          );
        },
      ).on("error", reject);
    });
  // What is drawn by chance: the nonce, and the token of the one order.
  const plain = (html: string) => html.replaceAll(/nonce="[^"]+"/g, "").replaceAll(/name="token" value="[^"]+"/g, "");
  const [br, gzip, none] = [await raw("br"), await raw("gzip"), await raw("identity")];
  expect([br.encoding, gzip.encoding, none.encoding]).toEqual(["br", "gzip", undefined]);
  const html = plain(none.bytes.toString());
  expect(html).toContain("二号台");
  expect(plain(brotliDecompressSync(br.bytes).toString())).toBe(html);
  expect(plain(gunzipSync(gzip.bytes).toString())).toBe(html);
});

test("a shopper alone gets the smallest form, and who comes meanwhile the one that is quickly made", async () => {
  const create = collectionCodeRequestSchema.parse({ label: "三号台" });
  const { code } = await edge.container.collection.create(create, { by: "x" });
  const formOf = async (target: string) =>
    (await visit(target, { "accept-encoding": "gzip, deflate, br" })).headers.get("content-encoding");
  expect(await formOf("/pay/a/b")).toBe("br");
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  Object.assign(gate, { waiting: 0, open: closed });
  const held = formOf(`/c/${code}`);
  try {
    await vi.waitUntil(() => gate.waiting > 0, { timeout: 20_000, interval: 10 });
    expect(await formOf("/pay/a/b")).toBe("gzip");
  } finally {
    open();
  }
  expect(await held).toBe("br");
});

describe("what cannot be shown", () => {
  test.each([
    [503, new AppError("unavailable", "the database is away"), collectText("zh-CN").unavailableTitle],
    [500, new Error("relation of no use"), broken.title],
  ])("is a page of its own with status %i, and says nothing of the cause", async (status, cause, title) => {
    const { code } = await edge.container.collection.create(collectionCodeRequestSchema.parse({ label: "四号台" }), {
      by: "x",
    });
    const failing = Promise.reject(cause);
    failing.catch(() => {});
    Object.assign(gate, { open: failing });
    try {
      const answer = await visit(`/c/${code}`);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, status === 503 ? "5" : null]);
      expect(answer.html).toMatch(new RegExp(`<h[12][^>]*>[^<]*${title}`));
      expect(answer.html).not.toContain(cause.message);
      expect(answer.html).toContain('rel="stylesheet"');
      expect(answer.html).not.toMatch(/<script\b[^>]*\bsrc=/);
    } finally {
      Object.assign(gate, { open: Promise.resolve() });
    }
  });
});

describe("over a page of the shop's own", () => {
  // As a desktop browser asks for a frame; in sandbox mode the same from elsewhere is the sandbox's phone.
  const IN_FRAME = { "sec-fetch-dest": "iframe" };
  const embedded = async (origin: string, headers: Record<string, string> = IN_FRAME) => {
    const { id } = await edge.order();
    return visit(`/pay/${id}?embed=${encodeURIComponent(origin)}`, headers);
  };

  test("an allowed one is told how the order stands, and the page is as for its own browser", async () => {
    const { html, headers } = await embedded(EMBEDDING);
    expect(html).toContain(`data-embed="${EMBEDDING}"`);
    expect(html).toContain('data-testid="qr"');
    expect(headers.get("content-security-policy")).toMatch(/frame-ancestors [^;]*https:\/\/shop\.example(?:;|$)/);
    // What is posted from the frame leads back into it.
    const phone = await embedded(EMBEDDING, { ...IN_FRAME, "user-agent": PHONE });
    expect(phone.html).toContain(`/h5?embed=${encodeURIComponent(EMBEDDING)}"`);
  });

  test.each(["https://other.example", "https://shop.example.evil.example", "*", ""])(
    "%j is told nothing",
    async (origin) => {
      const { html } = await embedded(origin);
      expect(html).not.toContain("data-embed");
      expect(html).not.toContain("embed=");
    },
  );
});
