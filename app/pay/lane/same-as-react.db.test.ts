import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PlainMessage } from "#components/pay/plain-message.tsx";
import { buildLane } from "#lib/bin/launch/build-lane.mjs";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { payText } from "#lib/texts/pay.ts";
import { readCollectRequest } from "../../c/collect-request.ts";
import { CollectionPage, readCode } from "../../c/collection-page.tsx";
import { pageContextOf } from "../context.ts";
import { readPayPageRequest } from "../page-request.ts";
import { PayPage } from "../pay-page.tsx";
import { preparePayPage, readOrder } from "../prepare-pay-page.tsx";
import type { LaneAnswer, LaneCall } from "./answer-page.tsx";

// Goal: what the lane draws by Preact is what React makes of the same page.
// The browser's half of that, and Next's door itself, are in e2e/two-doors.desktop.spec.ts.

vi.mock("server-only", () => ({}));
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh() {} }) }));

let edge: EdgeFixture;
let folder: string;
let draw: (call: LaneCall) => Promise<LaneAnswer>;
let container: EdgeFixture["container"];
beforeAll(async () => {
  edge = await edgeFixture();
  const brand = { name: "山茶 <咖啡> & 'Co'", color: "#b3261e" };
  const look = { ...USUAL_LOOK, corners: "slight", orderAgain: "on", thanks: "谢谢 & 再见", phone: "010-1234" };
  const merchant = async () => ({ name: "shop", industry: null, brand, look }) as never;
  container = { ...edge.container, merchant };
  folder = await mkdtemp(fileURLToPath(new URL("../../../.lane-test-", import.meta.url)));
  await buildLane(folder);
  const { openLane } = await import(pathToFileURL(path.join(folder, "server.mjs")).href);
  draw = openLane(container, { scripts: {}, style: "/s.css" });
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
}, 120_000);
afterAll(async () => {
  await edge.close();
  await rm(folder, { recursive: true });
});

const PHONE =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
const WECHAT = `${PHONE} MicroMessenger/8.0.50`;
const ALIPAY = `${PHONE} AlipayClient/10.5`;

function callOf(address: string, agent: string): LaneCall {
  const { pathname, searchParams } = new URL(address, "http://own");
  const policy = "script-src 'nonce-abc'";
  const headers = new Headers({ "user-agent": agent, "accept-language": "zh-CN", "content-security-policy": policy });
  return { pathname, search: Object.fromEntries(searchParams), headers };
}

async function byLane(call: LaneCall): Promise<string> {
  const answer = await draw(call);
  return "html" in answer ? answer.html : answer.location;
}

async function payPageByReact({ search, headers }: LaneCall, orderId: string): Promise<ReactElement> {
  const context = pageContextOf(container);
  const pageRequest = readPayPageRequest(search, context, headers);
  const prepared = await preparePayPage({ context, pageRequest, read: await readOrder(context, orderId) });
  if (prepared.kind !== "page") throw new Error(`a page was expected, not ${prepared.kind}`);
  return createElement(PayPage, prepared.page);
}

const VOID = new Set(["br", "img", "input", "link", "meta"]);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
const plain = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => ENTITIES[name] ?? "");

/** What a person gets of `main`, a line for each element and text, without what each way adds for itself. */
function linesOf(html: string): string[] {
  const start = html.indexOf("<main");
  const main = html.slice(start, html.indexOf("</main>")).replaceAll(/<script\b[\s\S]*?<\/script>/g, "");
  const lines: string[] = [];
  const open: { readonly tag: string; readonly isOwn: boolean; readonly isMoving: boolean }[] = [];
  for (const [, end, tag = "", rest = "", text = ""] of main.matchAll(
    /<(\/?)([a-zA-Z0-9]+)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>|([^<]+)/g,
  )) {
    const isHidden = open.some(({ isMoving }) => isMoving);
    if (text !== "") {
      if (!isHidden && text.trim() !== "") lines.push(plain(text));
      continue;
    }
    if (end === "/") {
      open.pop();
      continue;
    }
    const attributes = [...rest.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)]
      .map(([, name = "", value = ""]) => `${name.toLowerCase()}=${plain(value).replace(/;$/, "")}`)
      // The token of the one order.
      .filter((attribute) => !/^value=[\w-]{22}$/.test(attribute));
    const isOwn = /\bid="pay-live"|\bdata-slot=/.test(rest);
    const isMoving = /\bcountdown\b/.test(rest);
    const depth = open.filter((each) => !each.isOwn).length;
    if (!isOwn && !isHidden && !isMoving)
      lines.push(`${"  ".repeat(depth)}${tag.toLowerCase()} ${attributes.sort().join(" ")}`);
    if (!VOID.has(tag) && !/\/\s*$/.test(rest)) open.push({ tag, isOwn, isMoving });
  }
  return lines;
}

test("the pay page, in each way to pay and whatever became of its order", async () => {
  const order = () =>
    edge.order({
      items: Array.from({ length: 7 }, (_, at) => ({ name: `菜 ${at} "<b>" & 'x'`, price: 10 + at, quantity: at + 1 })),
      metadata: { scene: "dining", table: "A<1>" },
      returnUrl: "https://shop.example/back?a=1&b=2",
    });
  const [open, paid, closed] = [await order(), await order(), await order()];
  await edge.payAndNotify(await edge.open(paid.id));
  await edge.payments.refundOrder({ orderId: paid.id, amount: 100 });
  await edge.open(closed.id);
  await edge.payments.closeOrder(closed.id);
  const visits: [string, string, string][] = [
    [open.id, "?by=native", PHONE],
    [open.id, "", PHONE],
    [open.id, "?lang=en&returned=1", PHONE],
    [open.id, "?lang=zh-HK&trouble=refused", PHONE],
    [open.id, "?oauth=failed", WECHAT],
    [open.id, "?by=native&code=expired&of=coded", PHONE],
    [closed.id, "?lang=en&trouble=refused", PHONE],
    [closed.id, "?lang=zh-HK&trouble=busy", PHONE],
    [open.id, "", ALIPAY],
    [open.id, "", "Mozilla/5.0 (compatible; Baiduspider/2.0)"],
    [paid.id, "", PHONE],
    [closed.id, "?lang=zh-HK", PHONE],
  ];
  for (const [orderId, search, agent] of visits) {
    const call = callOf(`/pay/${orderId}${search}`, agent);
    const lane = linesOf(await byLane(call));
    expect(lane.length, search).toBeGreaterThan(15);
    const isAgain = lane.some((line) => line.includes(`/pay/${orderId}/again`));
    expect([search, isAgain]).toEqual([search, orderId === closed.id]);
    expect(lane, `${search} ${agent}`).toEqual(linesOf(renderToStaticMarkup(await payPageByReact(call, orderId))));
  }
});

test("the page that says that nothing is there", async () => {
  const { missing } = payText("zh-CN");
  const page = createElement(PlainMessage, { language: "zh-CN", title: missing.title, hint: missing.hint });
  const lane = linesOf(await byLane(callOf("/pay/a/b", PHONE)));
  expect(lane.join()).toContain("stroke-width=5");
  expect(lane).toEqual(linesOf(renderToStaticMarkup(page)));
});

test("the page of a collection code, free, fixed and retired", async () => {
  const { collection } = container;
  const create = (request: object) => collection.create(collectionCodeRequestSchema.parse(request), { by: "test" });
  const [free, fixed, retired] = [
    await create({ label: "一号 <台>", amountMin: 100 }),
    await create({ label: "二号台", amount: 1_250 }),
    await create({ label: "旧台" }),
  ];
  await collection.retire(retired.id, { by: "test" });
  for (const [{ code }, search, agent] of [
    [free, "", PHONE],
    [free, "?trouble=empty&lang=en", ALIPAY],
    [free, "?trouble=note&promo=TEA", WECHAT],
    [fixed, "", PHONE],
    [retired, "", PHONE],
  ] as const) {
    const call = callOf(`/c/${code}${search}`, agent);
    const context = pageContextOf(container);
    const read = await readCode(collection, code);
    if (read.kind === "missing") throw new Error("the code is there");
    const pageRequest = readCollectRequest(call.search, call.headers);
    const page = createElement(CollectionPage, { context, pageRequest, read, merchant: await context.merchant() });
    const lane = linesOf(await byLane(call));
    expect(lane.length).toBeGreaterThan(8);
    expect(lane, search).toEqual(linesOf(renderToStaticMarkup(page)));
  }
});
